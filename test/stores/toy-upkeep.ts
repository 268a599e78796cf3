/**
 * The simplest upkeep there is, over the toy store and a journal in memory.
 *
 * The toy store derives everything from its log each time that it is asked, and so nothing of it can
 * be wrong or be made anew. Cases that need damage get it from {@link damaged}, which lies.
 */
import {
  type Edge,
  EventId,
  Journal,
  RelationshipEvent,
  RelationshipStore,
  Upkeep,
  type UserId,
} from "@kith/core"
import { MemoryJournal } from "@kith/memory-adapter"
import { Clock, Context, Effect, Layer, Stream } from "effect"
import * as ToyStore from "./toy-store.ts"

export interface Kit {
  readonly store: RelationshipStore.RelationshipStore["Service"]
  readonly journal: Journal.Journal["Service"]
  readonly upkeep: Upkeep.Upkeep["Service"]
}

/** A kit with what is behind it, for those who want to spoil it. */
export interface Open extends Kit {
  readonly state: ToyStore.State
}

const touches =
  (user: UserId.UserId) =>
  ({ source, target }: Edge.Edge): boolean =>
    source === user || target === user

const isSame =
  (edge: Edge.Edge) =>
  ({ source, target }: Edge.Edge): boolean =>
    source === edge.source && target === edge.target

const progress = (done: number, total: number): Upkeep.Progress => ({
  _tag: "Progress",
  done,
  total,
})

/** Takes out of a list, in place, what is no longer wanted. */
export const keepOnly = <A>(list: Array<A>, wanted: (value: A) => boolean): void => {
  list.splice(0, list.length, ...list.filter(wanted))
}

const nextId = EventId.generator(7)

/** The edges of a user, each once. */
export const edgesOf = ({ log }: ToyStore.State, user: UserId.UserId): ReadonlyArray<Edge.Edge> => {
  const own = log.filter(touches(user))
  return own.filter((event, index) => own.findIndex(isSame(event)) === index)
}

/** Puts a tombstone on an edge in place of all that was there. */
const bury = ({ state, store }: Omit<Open, "upkeep">, edge: Edge.Edge) =>
  Effect.gen(function* () {
    const history = state.log.filter(isSame(edge))
    const last = history.at(-1)
    if (last === undefined || (history.length === 1 && last.event._tag === "Erased")) return
    const time = yield* Clock.currentTimeMillis
    yield* store.commit([
      {
        edge,
        expectedVersion: last.version,
        relationship: { _tag: "None" },
        events: [{ id: nextId(time), event: RelationshipEvent.erased }],
        time,
        commandId: undefined,
        correlationId: undefined,
        causationId: undefined,
        actor: null,
        provenance: "decided",
        fingerprint: undefined,
        attempts: 1,
      },
    ])
    keepOnly(state.log, (event) => !history.includes(event))
  })

/** Takes the name of a user off the events of others. */
const redact = ({ commands, log }: ToyStore.State, user: UserId.UserId): void => {
  const nameless = <E extends { readonly actor: UserId.UserId | null }>(event: E): E =>
    event.actor === user ? { ...event, actor: null } : event
  log.splice(0, log.length, ...log.map(nameless))
  for (const [id, { change, record }] of commands) {
    commands.set(id, { change, record: { ...record, events: record.events.map(nameless) } })
  }
}

export const make = (base: Omit<Open, "upkeep">): Upkeep.Upkeep["Service"] => {
  const { state } = base
  const readAll = Stream.suspend(() => Stream.make(progress(state.log.length, state.log.length)))
  return Upkeep.Upkeep.of({
    check: readAll,
    rebuild: readAll,
    erase: (user) =>
      Stream.suspend(() => {
        const edges = edgesOf(state, user)
        const burying = Stream.fromIterable(edges).pipe(
          Stream.mapEffect((edge, index) =>
            Effect.as(
              Effect.andThen(Effect.uninterruptible(bury(base, edge)), Effect.yieldNow),
              progress(index + 1, edges.length),
            ),
          ),
        )
        const forgetting = Effect.sync(() => {
          for (const [id, { change }] of state.commands) {
            if (touches(user)(change.edge)) state.commands.delete(id)
          }
          redact(state, user)
        })
        return Stream.concat(burying, Stream.fromEffectDrain(forgetting))
      }),
    forget: (before) =>
      Effect.sync(() => {
        const { commands, log } = state
        const old = Array.from(commands).filter(([, { change }]) => change.time < before)
        for (const [id] of old) commands.delete(id)
        const tombstones = log.filter(
          (event) =>
            event.event._tag === "Erased" &&
            event.time < before &&
            log.filter(isSame(event)).length === 1,
        )
        keepOnly(log, (event) => !tombstones.includes(event))
        return { commandIds: old.length, tombstones: tombstones.length }
      }),
    clear: Effect.sync(() => {
      keepOnly(state.log, () => false)
      state.commands.clear()
    }),
  })
}

/** A new toy with upkeep. */
export const open: Effect.Effect<Open> = Effect.map(MemoryJournal.make, (journal) => {
  const state = ToyStore.empty()
  const base = { journal, state, store: ToyStore.make(state) }
  return { ...base, upkeep: make(base) }
})

export const contextOf = ({ journal, store, upkeep }: Kit) =>
  Context.make(RelationshipStore.RelationshipStore, store).pipe(
    Context.add(Journal.Journal, journal),
    Context.add(Upkeep.Upkeep, upkeep),
  )

/** An empty toy each time that it is built. */
export const layer = Layer.effectContext(Effect.map(open, contextOf))
