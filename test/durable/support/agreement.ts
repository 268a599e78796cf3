/** Whether everything that is derived from a log agrees with it: snapshots, histories, lists, counts. */
import { Edge, type Page, type RelationshipStore, Upkeep, type UserId } from "@kith/core"
import { Check, Fixtures } from "@kith/core/testing"
import { Effect, Option, Stream } from "effect"
import type { Book, Fold } from "./book.ts"

type Store = RelationshipStore.RelationshipStore["Service"]

const lists = ["following", "followers", "requestsSent", "requestsReceived"] as const

/** Who is in which list of whom, newest first, by the events alone. */
const entriesOf = (folds: ReadonlyArray<Fold>): ReadonlyMap<string, ReadonlyArray<Page.Entry>> => {
  const entries = new Map<string, Array<Page.Entry>>()
  const add = (list: string, user: UserId.UserId, entry: Page.Entry): void => {
    const own = entries.get(`${list} ${user}`)
    if (own === undefined) entries.set(`${list} ${user}`, [entry])
    else own.push(entry)
  }
  for (const { edge, relationship, since } of folds.toSorted((a, b) => b.since - a.since)) {
    if (relationship._tag === "None") continue
    const isFollow = relationship._tag === "Following"
    const [sent, received] = isFollow
      ? ["following", "followers"]
      : ["requestsSent", "requestsReceived"]
    add(sent ?? "", edge.source, { user: edge.target, relationship, since })
    add(received ?? "", edge.target, { user: edge.source, relationship, since })
  }
  return entries
}

const listOf = (store: Store, list: Page.ListName, user: UserId.UserId) =>
  Effect.gen(function* () {
    const entries: Array<Page.Entry> = []
    for (;;) {
      const than = entries.at(-1)?.since
      const bound = than === undefined ? undefined : ({ direction: "older", than } as const)
      const slice = yield* store.list(list, user, 100, bound)
      entries.push(...slice.entries)
      if (!slice.older || slice.entries.length === 0) return entries
    }
  })

const plain = ({ relationship, since, user }: Page.Entry): unknown => ({
  user,
  since,
  relationship: { ...relationship },
})

/** Holds a store to a log that nobody adds to. */
export const agree = (store: Store, book: Book): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const folds = Array.from(book.folds.values())
    for (let start = 0; start < folds.length; start += 500) {
      const part = folds.slice(start, start + 500)
      const loaded = yield* store.load(part.map(({ edge }) => ({ edge, commandId: undefined })))
      for (const [index, { edge, events, relationship }] of part.entries()) {
        Check.equal(
          `${Edge.key(edge)} is what its events fold to`,
          { relationship: loaded[index]?.relationship, version: loaded[index]?.version },
          { relationship, version: events.length },
        )
      }
    }
    for (const { edge, events } of folds) {
      const history = yield* store.history(edge)
      Check.equal("an edge has its own events", history.map(Fixtures.plain), events)
    }
    const expected = entriesOf(folds)
    for (const user of book.users) {
      const counts = yield* store.counts(user)
      for (const list of lists) {
        const entries = expected.get(`${list} ${user}`) ?? []
        const found = yield* listOf(store, list, user)
        Check.equal(
          `${list} of ${user} are what the events fold to`,
          found.map(plain),
          entries.map(plain),
        )
        Check.equal(`${list} of ${user} are counted`, counts[list], entries.length)
      }
    }
  })

/** Has a store that can check itself do so; how many faults it must find: none. */
export const sound: Effect.Effect<void, unknown> = Effect.gen(function* () {
  const upkeep = yield* Effect.serviceOption(Upkeep.Upkeep)
  if (Option.isNone(upkeep)) return
  const faults = yield* Stream.runCollect(
    Stream.filter(upkeep.value.check, (found) => found._tag === "Fault"),
  )
  Check.equal("the store finds itself sound", Array.from(faults), [])
})
