/**
 * A case of the stores' suite, as data: what is promised, and a run that fails when it is not kept.
 *
 * @since 0.1.0
 */
import type * as Scope from "effect/Scope"
import * as Effect from "effect/Effect"
import type { Edge } from "../Edge.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import * as Event from "../RelationshipEvent.ts"
import type { Change, RelationshipStore, Snapshot } from "../RelationshipStore.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"

export { inTime } from "./Timing.ts"

/**
 * A store that is open.
 *
 * @category models
 * @since 0.1.0
 */
export type Store = RelationshipStore["Service"]

/**
 * What a store can beyond the port. A capability that is absent switches the opposite case on.
 *
 * - `durable`: what was written is there when the layer is built again, after the first was closed.
 *   Absent: a layer that is built again is empty.
 * - `shared`: two layers that are open at the same time, such as in two processes, are one store.
 *   Absent: the second one is refused, or knows nothing of the first.
 * - `commandMemory`: how many command ids are remembered at least, the newest; for good unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface StoreSupports {
  readonly durable: boolean
  readonly shared: boolean
  readonly commandMemory: number
}

/**
 * The port alone: what a store can unless told.
 *
 * @category constructors
 * @since 0.1.0
 */
export const noExtras: StoreSupports = {
  durable: false,
  shared: false,
  commandMemory: Number.POSITIVE_INFINITY,
}

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
export interface StoreBench {
  readonly open: Effect.Effect<Store, unknown, Scope.Scope>
  readonly supports: StoreSupports
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
export interface StoreCase {
  readonly title: string
  readonly promises: ReadonlyArray<string>
  readonly when?: (supports: StoreSupports) => boolean
  readonly run: (bench: StoreBench) => Effect.Effect<void, unknown, Scope.Scope>
}

/**
 * A case that needs one open store.
 *
 * @category constructors
 * @since 0.1.0
 */
export const onStore = (
  title: string,
  promises: string | ReadonlyArray<string>,
  run: (store: Store, bench: StoreBench) => Effect.Effect<void, unknown, Scope.Scope>,
): StoreCase => ({
  title,
  promises: typeof promises === "string" ? [promises] : promises,
  run: (bench) => Effect.flatMap(bench.open, (store) => run(store, bench)),
})

/**
 * What a change that was committed left behind.
 *
 * @category models
 * @since 0.1.0
 */
export interface Kept extends Snapshot {
  readonly change: Change
  readonly position: number
  readonly events: ReadonlyArray<RecordedEvent>
}

/**
 * Commits one change, which has to succeed.
 *
 * @category operations
 * @since 0.1.0
 */
export const commitOne = (store: Store, change: Change): Effect.Effect<Kept, unknown> =>
  Effect.map(store.commit([change]), (outcomes) => {
    Check.equal("one change has one answer", outcomes.length, 1)
    const [outcome] = outcomes
    if (outcome?._tag !== "Committed") {
      throw new Check.Mismatch("the change is committed", "Committed", outcome)
    }
    return {
      ...Fixtures.after(change),
      change,
      position: outcome.position,
      events: Fixtures.recorded(change, outcome.position),
    }
  })

/**
 * Makes a change of events and commits it.
 *
 * @category operations
 * @since 0.1.0
 */
export const keep = (
  store: Store,
  edge: Edge,
  before: Snapshot,
  events: ReadonlyArray<Event.RelationshipEvent>,
  rest?: Partial<Change>,
): Effect.Effect<Kept, unknown> =>
  Effect.flatMap(Fixtures.change(edge, before, events, rest), (change) => commitOne(store, change))

/**
 * The state and version of an edge.
 *
 * @category operations
 * @since 0.1.0
 */
export const look = (store: Store, edge: Edge): Effect.Effect<Snapshot, unknown> =>
  Effect.map(store.load([{ edge, commandId: undefined }]), (loaded) => {
    Check.equal("one edge has one snapshot", loaded.length, 1)
    const [first] = loaded
    return {
      relationship: first?.relationship ?? Fixtures.untouched.relationship,
      version: first?.version ?? -1,
    }
  })

/**
 * The whole log behind a position, page by page, for the edges from these sources.
 *
 * @category operations
 * @since 0.1.0
 */
export const logOf = (
  store: Store,
  after: number,
  sources: ReadonlyArray<string>,
  limit = 100,
): Effect.Effect<ReadonlyArray<RecordedEvent>, unknown> =>
  Effect.gen(function* () {
    const found: Array<RecordedEvent> = []
    let position = after
    for (;;) {
      const page = yield* store.log(position, limit)
      const last = page[page.length - 1]
      if (last === undefined) return found
      Check.holds(`a page of the log has up to ${limit} events`, page.length <= limit)
      Check.holds("a page of the log lies behind its position", last.position > position)
      for (const event of page) {
        if (sources.includes(event.source)) found.push(Fixtures.plain(event))
      }
      position = last.position
    }
  })

/**
 * Commits one event on an edge of its own.
 *
 * @category operations
 * @since 0.1.0
 */
export const keepOne = (store: Store): Effect.Effect<Kept, unknown> =>
  Effect.flatMap(Fixtures.edge, (edge) =>
    keep(store, edge, Fixtures.untouched, [Event.followed(true, false)]),
  )

/**
 * The newest position of the log, which is no older than `from`.
 *
 * @category operations
 * @since 0.1.0
 */
export const newest = (store: Store, from: number): Effect.Effect<number, unknown> =>
  Effect.gen(function* () {
    let position = from
    for (;;) {
      const page = yield* store.log(position, 1000)
      const last = page.at(-1)
      if (last === undefined) return position
      Check.holds("a page of the log lies behind its position", last.position > position)
      position = last.position
    }
  })

/**
 * Waits as a reader does: until something is there, whatever wakes it in between.
 *
 * @category operations
 * @since 0.1.0
 */
export const awaitMore = (store: Store, after: number): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    while ((yield* store.log(after, 1)).length === 0) yield* store.awaitLog(after)
  })
