/**
 * A store with upkeep said naively, as a plain value, over {@link StoreModel}.
 *
 * @since 0.1.0
 */
import * as fc from "fast-check"
import type { Edge } from "../Edge.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { Change } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as StoreModel from "./StoreModel.ts"

/**
 * What is done to a store: changes of its edges, and upkeep.
 *
 * - `Erase`: a number that stands for a user.
 * - `Forget`: a number that stands for a moment; see {@link timeOf}.
 *
 * @category models
 * @since 0.1.0
 */
export type Step =
  | { readonly _tag: "Commit"; readonly plans: ReadonlyArray<StoreModel.ChangePlan> }
  | { readonly _tag: "Erase"; readonly user: number }
  | { readonly _tag: "Forget"; readonly moment: number }
  | { readonly _tag: "Rebuild" }
  | { readonly _tag: "Check" }

const upkeep = (users: number): fc.Arbitrary<Step | undefined> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ _tag: fc.constant("Erase"), user: fc.nat(users) }) },
    { weight: 1, arbitrary: fc.record({ _tag: fc.constant("Forget"), moment: fc.nat(12) }) },
    { weight: 2, arbitrary: fc.constant<Step>({ _tag: "Rebuild" }) },
    { weight: 1, arbitrary: fc.constant<Step>({ _tag: "Check" }) },
    { weight: 3, arbitrary: fc.constant(undefined) },
  )

/**
 * A history of changes with upkeep in between.
 *
 * @category generators
 * @since 0.1.0
 */
export const steps = (edges: number, users: number): fc.Arbitrary<ReadonlyArray<Step>> =>
  fc
    .tuple(StoreModel.batches(edges), fc.array(upkeep(users), { maxLength: 12 }))
    .map(([batches, upkeep]) =>
      batches.flatMap((plans, index): ReadonlyArray<Step> => {
        const after = upkeep[index]
        const commit: Step = { _tag: "Commit", plans }
        return after === undefined ? [commit] : [commit, after]
      }),
    )

/**
 * The moment of a step, in milliseconds since 1970; all of them are before any erasure.
 *
 * @category getters
 * @since 0.1.0
 */
export const timeOf = (step: number): number => 1_500_000_000_000 + step

const touches =
  (user: UserId) =>
  ({ source, target }: Edge): boolean =>
    source === user || target === user

const isTombstone = (history: ReadonlyArray<RecordedEvent>): boolean =>
  history.length === 1 && history[0]?.event._tag === "Erased"

/**
 * Erases a user, and holds the tombstones that a store made to what they have to be.
 *
 * @param tombstones what came into the log
 * @category operations
 * @since 0.1.0
 */
export const erase = (
  model: StoreModel.StoreModel,
  edges: ReadonlyArray<Edge>,
  user: UserId,
  tombstones: ReadonlyArray<RecordedEvent>,
): void => {
  const own = edges.filter(touches(user))
  const expected = own.flatMap((edge) => {
    const history = StoreModel.historyOf(model, edge)
    return history.length === 0 || isTombstone(history)
      ? []
      : [`${edge.source} ${edge.target} ${StoreModel.snapshotOf(model, edge).version + 1}`]
  })
  Check.equal(
    "each edge that had events has a tombstone with its next version",
    tombstones.map(({ source, target, version }) => `${source} ${target} ${version}`).toSorted(),
    expected.toSorted(),
  )
  Check.holds(
    "which is one",
    tombstones.every(({ event }) => event._tag === "Erased"),
  )
  const replaced = new Set(tombstones.map(({ source, target }) => `${source} ${target}`))
  const redact = (event: RecordedEvent): RecordedEvent =>
    event.actor === user ? { ...event, actor: null } : event
  const stay = model.log.filter(({ source, target }) => !replaced.has(`${source} ${target}`))
  model.log.splice(0, model.log.length, ...stay.map(redact), ...tombstones)
  for (const [id, record] of model.commands) {
    if (touches(user)(record.edge)) model.commands.delete(id)
    else model.commands.set(id, { ...record, events: record.events.map(redact) })
  }
}

/**
 * Forgets the command ids from before a moment, and tells how many there were.
 *
 * @category operations
 * @since 0.1.0
 */
export const forget = (model: StoreModel.StoreModel, before: number): number => {
  const old = Array.from(model.commands).filter(([, { time }]) => time < before)
  for (const [id] of old) model.commands.delete(id)
  return old.length
}

/**
 * The record of a remembered command, as the model has it.
 *
 * @category operations
 * @since 0.1.0
 */
export const eventsOf = (
  model: StoreModel.StoreModel,
  { commandId }: Change,
): ReadonlyArray<RecordedEvent> | undefined =>
  commandId === undefined ? undefined : model.commands.get(commandId)?.events
