/**
 * Keeping changes: one call of a function in the database, which is one transaction, for a batch.
 */
import { Decider, Relationship, type RelationshipStore, type StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Database, Row } from "./Database.ts"
import { storeError } from "./errors.ts"
import { encode } from "./eventRows.ts"
import type { Names } from "./names.ts"
import { ofPlace } from "./places.ts"
import type { Records } from "./Records.ts"
import { fromUserId, plainArray, textArray, toNumbers, type Value } from "./values.ts"

type Change = RelationshipStore.Change
type CommitOutcome = RelationshipStore.CommitOutcome

/** The command id of a change that is to be remembered. */
const remembered = (change: Change): string | undefined =>
  change.fingerprint === undefined ? undefined : change.commandId

/**
 * Where the events of a change put an edge that is new: whether it follows, asks or does neither, and
 * what is added to four times the position of the first event.
 */
const placing = ({ events }: Change): readonly [sign: number, rest: number] => {
  let state: Relationship.Relationship = Relationship.none
  let since = 0
  for (const [index, { event }] of events.entries()) {
    const after = Decider.evolve(state, event)
    if (after._tag !== state._tag) since = index
    state = after
  }
  return state._tag === "None"
    ? [0, 0]
    : [
        state._tag === "Following" ? 1 : -1,
        since * 4 + (state.retweets ? 1 : 0) + (state.notifications ? 2 : 0),
      ]
}

const oneValues = (change: Change): ReadonlyArray<Value> => {
  const rows = change.events.map((event) => encode(change, event))
  const commandId = remembered(change)
  return [
    fromUserId(change.edge.source),
    fromUserId(change.edge.target),
    change.expectedVersion,
    Relationship.index(change.relationship),
    ...placing(change),
    plainArray(change.events.map(({ id }) => id)),
    plainArray(rows.map(({ code }) => code)),
    textArray(rows.map(({ rest }) => rest)),
    change.time,
    commandId ?? null,
    commandId === undefined ? null : (change.fingerprint ?? null),
    change.attempts,
  ]
}

const manyValues = (changes: ReadonlyArray<Change>): ReadonlyArray<Value> => {
  const commands = changes.map(remembered)
  const placings = changes.map(placing)
  const firsts: Array<number> = []
  const owners: Array<number> = []
  const numbers: Array<number> = []
  const ids: Array<string> = []
  const codes: Array<number> = []
  const rests: Array<string> = []
  for (const [index, change] of changes.entries()) {
    firsts.push(ids.length + 1)
    for (const [number, event] of change.events.entries()) {
      const { code, rest } = encode(change, event)
      owners.push(index + 1)
      numbers.push(number + 1)
      ids.push(event.id)
      codes.push(code)
      rests.push(rest)
    }
  }
  const anyCommand = commands.some((command) => command !== undefined)
  return [
    plainArray(changes.map(({ edge }) => fromUserId(edge.source))),
    plainArray(changes.map(({ edge }) => fromUserId(edge.target))),
    plainArray(changes.map(({ expectedVersion }) => expectedVersion)),
    plainArray(changes.map(({ relationship }) => Relationship.index(relationship))),
    plainArray(placings.map(([sign]) => sign)),
    plainArray(placings.map(([, rest]) => rest)),
    plainArray(firsts),
    plainArray(changes.map(({ events }) => events.length)),
    plainArray(changes.map(({ time }) => time)),
    anyCommand ? textArray(commands) : null,
    anyCommand ? textArray(changes.map(({ fingerprint }) => fingerprint)) : null,
    plainArray(changes.map(({ attempts }) => attempts)),
    plainArray(owners),
    plainArray(numbers),
    plainArray(ids),
    plainArray(codes),
    textArray(rests),
  ]
}

/** Whether no two changes have to do with each other. */
const areApart = (changes: ReadonlyArray<Change>): boolean => {
  const edges = new Set<string>()
  const commands = new Set<string>()
  for (const change of changes) {
    const edge = `${change.edge.source} ${change.edge.target}`
    const command = remembered(change)
    if (edges.has(edge) || (command !== undefined && commands.has(command))) return false
    edges.add(edge)
    if (command !== undefined) commands.add(command)
  }
  return true
}

const parameters = (types: ReadonlyArray<string>): string =>
  types.map((type, index) => `$${index + 1}::${type}`).join(", ")

const oneTypes =
  "bigint bigint integer integer integer integer uuid[] smallint[] text[] bigint text text integer".split(
    " ",
  )
const manyTypes = (
  "bigint[] bigint[] integer[] integer[] integer[] integer[] integer[] integer[] " +
  "bigint[] text[] text[] integer[] " +
  "integer[] integer[] uuid[] smallint[] text[]"
).split(" ")

const conflict = -1

const forgotten = storeError(
  "Unavailable",
  "a command id was forgotten in the moment in which it was asked for; try again",
)

/** @internal */
export const make = (
  database: Database,
  { schema }: Names,
  records: Records,
): ((
  changes: ReadonlyArray<Change>,
) => Effect.Effect<ReadonlyArray<CommitOutcome>, StoreError.StoreError>) => {
  const call = (name: string, types: ReadonlyArray<string>, columns: string) => ({
    name,
    text: `select ${columns} from ${schema}.${name}(${parameters(types)})`,
  })
  const one = {
    name: "commit_one",
    text: `select ${schema}.commit_one(${parameters(oneTypes)})`,
  }
  const many = call("commit_many", manyTypes, "outcomes, places, versions")
  const chain = call("commit_chain", manyTypes, "outcomes, places, versions")

  const outcomesOf = (
    changes: ReadonlyArray<Change>,
    results: ReadonlyArray<number>,
    places: ReadonlyArray<number>,
    versions: ReadonlyArray<number>,
  ): Effect.Effect<ReadonlyArray<CommitOutcome>, StoreError.StoreError> => {
    const repeated = changes.flatMap((change, index) =>
      (results[index] ?? 0) < conflict ? (remembered(change) ?? []) : [],
    )
    const answer = (found: ReadonlyMap<string, RelationshipStore.CommandRecord>) =>
      changes.flatMap((change, index): ReadonlyArray<CommitOutcome> => {
        const result = results[index] ?? 0
        if (result >= 0) return [{ _tag: "Committed", position: result }]
        if (result === conflict) {
          const relationship = ofPlace(places[index] ?? 0)
          return [{ _tag: "Conflict", current: { relationship, version: versions[index] ?? 0 } }]
        }
        const record = found.get(change.commandId ?? "")
        return record === undefined ? [] : [{ _tag: "Repeated", record }]
      })
    if (repeated.length === 0) return Effect.succeed(answer(new Map()))
    return Effect.flatMap(records.find(repeated), (found) => {
      const outcomes = answer(found)
      return outcomes.length === changes.length ? Effect.succeed(outcomes) : Effect.fail(forgotten)
    })
  }

  const commit = (
    changes: ReadonlyArray<Change>,
  ): Effect.Effect<ReadonlyArray<CommitOutcome>, StoreError.StoreError> => {
    const [first] = changes
    if (first === undefined) return Effect.succeed([])
    if (changes.length === 1) {
      return Effect.flatMap(database.write(one, oneValues(first)), ([row]) => {
        const [result = 0, place = 0, version = 0] = toNumbers(row?.[0])
        return outcomesOf(changes, [result], [place], [version])
      })
    }
    const statement = areApart(changes) ? many : chain
    return Effect.flatMap(database.write(statement, manyValues(changes)), ([row]) =>
      outcomesOf(changes, ...threeOf(row)),
    )
  }

  // What has been sent is carried out, whoever still waits for it; so an interrupted caller waits until
  // it is known to be over.
  return (changes) => Effect.uninterruptible(Effect.suspend(() => commit(changes)))
}

type Numbers = ReadonlyArray<number>

const threeOf = (row: Row | undefined): readonly [Numbers, Numbers, Numbers] => [
  toNumbers(row?.[0]),
  toNumbers(row?.[1]),
  toNumbers(row?.[2]),
]
