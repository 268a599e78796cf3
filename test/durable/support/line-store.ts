/**
 * The smallest store that lasts and can be shared: changes as lines, which every process plays back into
 * its memory. With a flaw it is what the tests of crashes are there to find.
 */
import {
  Edge,
  EventId,
  RecordedEvent,
  Relationship,
  RelationshipEvent,
  RelationshipStore,
  type StoreError,
  UserId,
} from "@kith/core"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer, Schema } from "effect"
import { DatabaseSync } from "node:sqlite"

/**
 * - `acknowledges early`: it writes what it has answered, but later.
 * - `loses the last`: whoever opens it drops the last line.
 * - `keeps halves`: of a change that was there before it was opened, only the first event is left.
 * - `forgets commands`: a command id is not remembered beyond a crash.
 */
export const Flaw = Schema.Literals([
  "acknowledges early",
  "loses the last",
  "keeps halves",
  "forgets commands",
])

export type Flaw = typeof Flaw.Type

const id = Schema.optional(Schema.String)

const Kept = Schema.fromJsonString(
  Schema.Struct({
    edge: Edge.Edge,
    expectedVersion: Schema.Int,
    relationship: Relationship.Relationship,
    events: Schema.Array(
      Schema.Struct({ id: EventId.EventId, event: RelationshipEvent.RelationshipEvent }),
    ),
    time: Schema.Int,
    commandId: id,
    correlationId: id,
    causationId: id,
    actor: Schema.NullOr(UserId.UserId),
    provenance: RecordedEvent.Provenance,
    fingerprint: id,
    attempts: Schema.Int,
  }),
)

const decode = Schema.decodeUnknownSync(Kept)

/** What names a change may lack; an absent member and an undefined one are the same in JSON. */
const nameless = {
  commandId: undefined,
  correlationId: undefined,
  causationId: undefined,
  fingerprint: undefined,
}

const flawed = (
  change: RelationshipStore.Change,
  flaw: Flaw | undefined,
): RelationshipStore.Change => {
  if (flaw === "keeps halves") return { ...change, events: change.events.slice(0, 1) }
  return flaw === "forgets commands" ? { ...change, fingerprint: undefined } : change
}

const open = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file, { timeout: 10_000 })
  database.exec("pragma journal_mode = wal; pragma synchronous = full")
  database.exec("create table if not exists lines (number integer primary key, line text) strict")
  return database
}

/**
 * Makes the file. Of several processes that make it at the same time one may be told that it is locked,
 * at once: SQLite waits for nobody while a file begins to have a log of writes.
 */
export const make = (file: string): void => open(file).close()

export const layer = (
  file: string,
  flaw: Flaw | undefined,
): Layer.Layer<RelationshipStore.RelationshipStore, StoreError.StoreError> =>
  Layer.effect(
    RelationshipStore.RelationshipStore,
    Effect.gen(function* () {
      const memory = yield* MemoryStore.make()
      const database = yield* Effect.acquireRelease(
        Effect.sync(() => open(file)),
        (database) => Effect.sync(() => database.close()),
      )
      if (flaw === "loses the last") {
        database.exec("delete from lines where number = (select max(number) from lines)")
      }
      const behind = database.prepare("select number, line from lines where number > ?")
      const add = database.prepare("insert into lines (number, line) values (?, ?)")
      let last = 0
      /** Plays back what was written since. */
      const catchUp = Effect.suspend(() => {
        const changes = behind.all(last).map(({ line, number }) => {
          last = Number(number)
          return flawed({ ...nameless, ...decode(line) }, flaw)
        })
        return memory.commit(changes)
      })
      const afterwards = <A>(operation: Effect.Effect<A, StoreError.StoreError>) =>
        Effect.andThen(catchUp, operation)
      const write = (lines: ReadonlyArray<string>): void => {
        for (const line of lines) add.run(++last, line)
      }
      const late: Array<string> = []
      return RelationshipStore.RelationshipStore.of({
        load: (reads) => afterwards(memory.load(reads)),
        history: (edge) => afterwards(memory.history(edge)),
        list: (...page) => afterwards(memory.list(...page)),
        counts: (user) => afterwards(memory.counts(user)),
        log: (after, limit) => afterwards(memory.log(after, limit)),
        awaitLog: (after) =>
          Effect.gen(function* () {
            while ((yield* afterwards(memory.log(after, 1))).length === 0) yield* Effect.sleep(2)
          }),
        commit: (changes) =>
          Effect.gen(function* () {
            database.exec("begin immediate")
            yield* catchUp
            const outcomes = yield* memory.commit(changes)
            const kept = changes.filter((_, index) => outcomes[index]?._tag === "Committed")
            late.push(...kept.map((change) => JSON.stringify(change)))
            if (flaw !== "acknowledges early" || late.length > 200) write(late.splice(0))
            database.exec("commit")
            return outcomes
          }),
      })
    }),
  )
