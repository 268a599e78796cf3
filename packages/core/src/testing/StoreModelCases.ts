/**
 * Cases of generated changes: any store against the naive one, and a list that is long.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import type { Edge } from "../Edge.ts"
import type { Entry } from "../Page.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import type { CommitOutcome, Snapshot } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keepOne, logOf, onStore, type Store, type StoreCase } from "./StoreCase.ts"
import * as StoreModel from "./StoreModel.ts"
import { walk } from "./StorePageCases.ts"

const listNames = ["following", "followers", "requestsSent", "requestsReceived"] as const

/**
 * Holds all that a store shows of some edges against a model.
 *
 * @param after where the log is read from
 * @category operations
 * @since 0.1.0
 */
export const agrees = (
  store: Store,
  model: StoreModel.StoreModel,
  after: number,
  edges: ReadonlyArray<Edge>,
): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    const snapshots = yield* store.load(edges.map((edge) => ({ edge, commandId: undefined })))
    Check.equal(
      "the edges agree",
      snapshots.map(({ relationship, version }) => ({ relationship, version })),
      edges.map((edge) => StoreModel.snapshotOf(model, edge)),
    )
    for (const edge of edges) {
      const history = yield* store.history(edge)
      Check.equal(
        "a history agrees",
        history.map(Fixtures.plain),
        StoreModel.historyOf(model, edge),
      )
    }
    for (const user of new Set(edges.flatMap(({ source, target }) => [source, target]))) {
      const counts = yield* store.counts(user)
      for (const name of listNames) {
        const expected = StoreModel.listOf(model, name, user)
        Check.equal(`${name} agree`, (yield* store.list(name, user, 1000)).entries, expected)
        Check.equal(`the count of ${name} agrees`, counts[name], expected.length)
      }
    }
    const sources = edges.map((edge) => edge.source)
    Check.equal("the log agrees", yield* logOf(store, after, sources), model.log)
  })

const play = (store: Store, batches: ReadonlyArray<ReadonlyArray<StoreModel.ChangePlan>>) =>
  Effect.gen(function* () {
    const [a, b, c] = yield* Effect.all([Fixtures.user, Fixtures.user, Fixtures.user])
    const users = [a, b, c]
    const edges = users.flatMap((source) =>
      users.flatMap((target) => (source === target ? [] : [{ source, target }])),
    )
    const ids = yield* Effect.replicateEffect(Fixtures.commandId, 7)
    const { position } = yield* keepOne(store)
    const model = StoreModel.empty()
    for (const plans of batches) {
      const changes = yield* StoreModel.realise(model, edges, ids, plans)
      const outcomes = yield* store.commit(changes)
      Check.equal("each change has an answer", outcomes.length, changes.length)
      for (const [index, change] of changes.entries()) {
        const outcome: CommitOutcome | undefined = outcomes[index]
        Check.equal("a change ends as it must", outcome?._tag, StoreModel.expect(model, change))
        if (outcome?._tag === "Conflict") {
          Check.equal(
            "a conflict tells the truth",
            outcome.current,
            StoreModel.snapshotOf(model, change.edge),
          )
        }
        if (outcome?._tag === "Repeated" && change.commandId !== undefined) {
          Check.equal(
            "a repeat brings the events",
            outcome.record.events.map(Fixtures.plain),
            model.commands.get(change.commandId)?.events,
          )
        }
        if (outcome?._tag === "Committed") StoreModel.apply(model, change, outcome.position)
      }
    }
    yield* agrees(store, model, position, edges)
  })

/**
 * Generated changes, held against a naive store.
 *
 * @category constructors
 * @since 0.1.0
 */
export const modelCases: ReadonlyArray<StoreCase> = [
  onStore(
    "agrees with a naive store over any batches of changes",
    "The snapshot of an edge, its place in the lists and the counts are what its events fold to, at every moment that a reader can see.",
    (store) =>
      Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(StoreModel.batches(6), (batches) =>
            Effect.runPromise(play(store, batches)),
          ),
          { numRuns: 40 },
        ),
      ),
  ),
  onStore(
    "pages through a list that is long and full of holes",
    "Up to `limit` (1 or more) entries of a list, newest first, beside the bound; the newest of all without a bound.",
    (store) =>
      Effect.gen(function* () {
        const target = yield* Fixtures.user
        const sources = yield* Fixtures.users(1500)
        const since = new Map<UserId, number>()
        const commit = (
          list: ReadonlyArray<UserId>,
          before: Snapshot,
          event: Event.RelationshipEvent,
        ) =>
          Effect.gen(function* () {
            const changes = yield* Effect.forEach(list, (source) =>
              Fixtures.change({ source, target }, before, [event]),
            )
            const outcomes = yield* store.commit(changes)
            for (const [index, source] of list.entries()) {
              const outcome = outcomes[index]
              if (outcome?._tag !== "Committed") continue
              if (event._tag === "Unfollowed") since.delete(source)
              else since.set(source, outcome.position)
            }
            Check.equal(
              "all are committed",
              outcomes.filter((it) => it._tag === "Committed").length,
              list.length,
            )
          })
        const following = Relationship.following(true, false)
        for (let from = 0; from < sources.length; from += 250) {
          const some = sources.slice(from, from + 250)
          yield* commit(some, Fixtures.untouched, Event.followed(true, false))
          // Two thirds of the even hundreds leave, and a few of them come back.
          const leaving = some.filter((_, index) => index % 3 > 0 && from % 500 === 0)
          yield* commit(leaving, { relationship: following, version: 1 }, Event.unfollowed)
          const returning = leaving.filter((_, index) => index % 10 === 0)
          yield* commit(
            returning,
            { relationship: Relationship.none, version: 2 },
            Event.followed(true, false),
          )
        }
        const rows: ReadonlyArray<Entry> = Array.from(since, ([user, position]) => ({
          user,
          relationship: following,
          since: position,
        })).toSorted((left, right) => right.since - left.since)
        Check.equal("the count", (yield* store.counts(target)).followers, rows.length)
        const loaded = yield* store.load(
          sources.map((source) => ({ edge: { source, target }, commandId: undefined })),
        )
        Check.equal(
          "whoever is listed follows, and nobody else",
          sources.filter((_, index) => loaded[index]?.relationship._tag === "Following"),
          sources.filter((source) => since.has(source)),
        )
        for (const limit of [17, 1000]) {
          for (const direction of ["older", "newer"] as const) {
            const than = direction === "older" ? Number.MAX_SAFE_INTEGER : 0
            const pages = yield* walk(store, target, limit, direction, { direction, than })
            Check.equal(
              `the way to what is ${direction}, ${limit} at a time`,
              (direction === "older" ? pages : pages.toReversed()).flatMap((it) => it.entries),
              rows,
            )
          }
        }
      }),
  ),
]
