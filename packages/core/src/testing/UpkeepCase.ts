/**
 * A case of the suite for `Upkeep`, as data: what is promised, and a run that fails when it is not
 * kept.
 *
 * @since 0.1.0
 */
import type * as Scope from "effect/Scope"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Edge } from "../Edge.ts"
import type { Journal } from "../Journal.ts"
import type { Entry, ListName } from "../Page.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { Counts, Snapshot } from "../RelationshipStore.ts"
import type { Fault, Progress, Upkeep } from "../Upkeep.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keepOne, logOf, type Store } from "./StoreCase.ts"

export { pause } from "./Timing.ts"

/**
 * A store with what belongs to it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Kit {
  readonly store: Store
  readonly journal: Journal["Service"]
  readonly upkeep: Upkeep["Service"]
}

/**
 * Ways to spoil what is derived of an edge that is `Following`, behind the back of the store: its
 * snapshot, its places in the lists, or the counts of its users.
 *
 * @category models
 * @since 0.1.0
 */
export type Damage = Readonly<
  Partial<Record<"edges" | "lists" | "counts", (edge: Edge) => Effect.Effect<unknown, unknown>>>
>

/**
 * What a store can beyond the port.
 *
 * - `durable`: what was written is there when the layer is built again, after the first was closed.
 * - `shared`: two layers that are open at the same time, such as in two processes, are one store.
 * - `damage`: how cases spoil what is derived from the log. What cannot be spoilt is left out, and
 *   so are the cases that need it.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpkeepSupports {
  readonly durable: boolean
  readonly shared: boolean
  readonly damage: Damage
}

/**
 * The port alone: what an upkeep can unless told, with nothing to spoil.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noExtras: UpkeepSupports = { durable: false, shared: false, damage: {} }

/**
 * How a case comes by stores.
 *
 * - `open`: builds the layer anew; it is closed with the scope.
 * - `patience`: milliseconds after which something that never comes counts as missing. Nothing waits
 *   that long unless the case fails.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpkeepBench {
  readonly open: Effect.Effect<Kit, unknown, Scope.Scope>
  readonly supports: UpkeepSupports
  readonly patience: number
}

/**
 * - `title`: what the case shows, in the third person.
 * - `promises`: the sentences of the port that it holds a store to, word by word.
 * - `when`: the stores that it concerns; all unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface UpkeepCase {
  readonly title: string
  readonly promises: ReadonlyArray<string>
  readonly when?: (supports: UpkeepSupports) => boolean
  readonly run: (bench: UpkeepBench) => Effect.Effect<void, unknown, Scope.Scope>
}

/**
 * A case that needs one open store.
 *
 * @category constructors
 * @since 0.1.0
 */
export const onKit = (
  title: string,
  promises: string | ReadonlyArray<string>,
  run: (kit: Kit, bench: UpkeepBench) => Effect.Effect<void, unknown, Scope.Scope>,
): UpkeepCase => ({
  title,
  promises: typeof promises === "string" ? [promises] : promises,
  run: (bench) => Effect.flatMap(bench.open, (kit) => run(kit, bench)),
})

/** Every list there is. */
const listNames: ReadonlyArray<ListName> = [
  "following",
  "followers",
  "requestsSent",
  "requestsReceived",
]

/**
 * All that readers see of some edges and of their users.
 *
 * @category models
 * @since 0.1.0
 */
export interface Sight {
  readonly snapshots: ReadonlyArray<Snapshot>
  readonly histories: ReadonlyArray<ReadonlyArray<RecordedEvent>>
  readonly lists: ReadonlyArray<ReadonlyArray<Entry>>
  readonly counts: ReadonlyArray<Counts>
  readonly log: ReadonlyArray<RecordedEvent>
}

/**
 * The users of edges, each once.
 *
 * @category getters
 * @since 0.1.0
 */
export const usersOf = (edges: ReadonlyArray<Edge>): ReadonlyArray<UserId> =>
  Array.from(new Set(edges.flatMap(({ source, target }) => [source, target])))

/**
 * Looks at edges and their users through everything that a store answers.
 *
 * @param after where the log is read from
 * @category operations
 * @since 0.1.0
 */
export const see = (
  store: Store,
  edges: ReadonlyArray<Edge>,
  after: number,
): Effect.Effect<Sight, unknown> =>
  Effect.gen(function* () {
    const users = usersOf(edges)
    const loaded = yield* store.load(edges.map((edge) => ({ edge, commandId: undefined })))
    const lists = yield* Effect.forEach(
      users.flatMap((user) => listNames.map((name) => [name, user] as const)),
      ([name, user]) => store.list(name, user, 1000),
    )
    const counts = yield* Effect.forEach(users, store.counts)
    return {
      snapshots: loaded.map(({ relationship, version }) => ({ relationship, version })),
      histories: (yield* Effect.forEach(edges, store.history)).map((it) => it.map(Fixtures.plain)),
      lists: lists.map(({ entries }) => entries),
      counts: counts.map(({ followers, following, requestsReceived, requestsSent }) => ({
        followers,
        following,
        requestsReceived,
        requestsSent,
      })),
      log: yield* logOf(
        store,
        after,
        edges.map((edge) => edge.source),
      ),
    }
  })

/**
 * Compares two sights part by part, so that a difference names what differs.
 *
 * @category operations
 * @since 0.1.0
 */
export const sameSight = (what: string, now: Sight, before: Sight): void => {
  for (const part of ["snapshots", "histories", "lists", "counts", "log"] as const) {
    Check.equal(`${what}: ${part}`, now[part], before[part])
  }
}

/**
 * Runs upkeep to its end, and holds its progress to what progress means.
 *
 * @category operations
 * @since 0.1.0
 */
export const finish = (
  work: Stream.Stream<Progress | Fault, unknown>,
): Effect.Effect<ReadonlyArray<Fault>, unknown> =>
  Effect.map(Stream.runCollect(work), (told) => {
    let before = 0
    for (const each of told) {
      if (each._tag === "Fault") continue
      Check.holds("progress never goes back", each.done >= before)
      Check.holds("no more is done than there is", each.done <= each.total)
      before = each.done
    }
    return told.filter((each) => each._tag === "Fault")
  })

/**
 * Checks a store, which has to be sound.
 *
 * @category operations
 * @since 0.1.0
 */
export const sound = ({ upkeep }: Kit): Effect.Effect<void, unknown> =>
  Effect.map(finish(upkeep.check), (faults) => Check.equal("the store is sound", faults, []))

/**
 * A place in the log behind which a case finds its own events.
 *
 * @category operations
 * @since 0.1.0
 */
export const here = ({ store }: Kit): Effect.Effect<number, unknown> =>
  Effect.map(keepOne(store), ({ position }) => position)
