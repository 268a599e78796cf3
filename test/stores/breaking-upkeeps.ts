/** How upkeep is broken: what broken stores have in common. */
import type { Edge, RecordedEvent, StoreError, Upkeep, UserId } from "@kith/core"
import { Effect, Stream } from "effect"
import type { Kit, Open } from "./toy-upkeep.ts"

export type Recorded = RecordedEvent.RecordedEvent
export type Work = Stream.Stream<Upkeep.Progress, StoreError.StoreError>

export const isTombstone = ({ event }: Recorded): boolean => event._tag === "Erased"

export const touches = (user: UserId.UserId, { source, target }: Edge.Edge): boolean =>
  source === user || target === user

export const isSame =
  (edge: Edge.Edge) =>
  ({ source, target }: Edge.Edge): boolean =>
    source === edge.source && target === edge.target

export const versions = (history: ReadonlyArray<Recorded>): number => history.at(-1)?.version ?? 0

export const withUpkeep = (good: Open, upkeep: Partial<Kit["upkeep"]>): Kit => ({
  ...good,
  upkeep: { ...good.upkeep, ...upkeep },
})

export const withStore = (good: Open, store: Partial<Kit["store"]>): Open => ({
  ...good,
  store: { ...good.store, ...store },
})

export const ending = (work: Work, spoil: () => void): Work =>
  Stream.concat(work, Stream.fromEffectDrain(Effect.sync(spoil)))
