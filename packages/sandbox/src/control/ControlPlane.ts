/**
 * What the control API can do to a sandbox as a whole, beyond what a live world offers.
 *
 * @since 0.1.0
 */
import type { RelationshipStore, StoreError } from "@kith/core"
import type * as Effect from "effect/Effect"
import type { Reply } from "../http/Message.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { World } from "../world/World.ts"
import type { Rule } from "./Faults.ts"

/** @category models @since 0.1.0 */
export interface ControlPlane {
  /** The world that is running now. A later call may give another one. */
  readonly world: () => LiveWorld
  /** The log of the world that is running now: events behind a position, none at its end. */
  readonly log: RelationshipStore.RelationshipStore["Service"]["log"]
  /** Returns when the world that is running now has been replaced or reset. */
  readonly replaced: Effect.Effect<void>
  /**
   * Puts a world in the place of the running one, with its own relationships, tokens and windows.
   * The clock, the faults and the lag stay.
   */
  readonly replace: (world: World) => Effect.Effect<void, StoreError.StoreError>
  /** Back to the world that runs last began with, at real time, without faults and lag. */
  readonly reset: Effect.Effect<void, StoreError.StoreError>
  readonly faults: () => ReadonlyArray<Rule>
  readonly setFaults: (rules: ReadonlyArray<Rule>) => void
  readonly lagSeconds: () => number
  readonly setLag: (seconds: number) => Effect.Effect<void, StoreError.StoreError>
  /** What a request goes through where the world is kept; absent in memory. */
  readonly guard: Guard | undefined
}

/**
 * Answers a request while no world is being put in the place of the running one, and only when what
 * the answer is made of is kept.
 *
 * @category models
 * @since 0.1.0
 */
export type Guard = (
  answer: Effect.Effect<Reply>,
  unavailable: (error: StoreError.StoreError) => Reply,
) => Effect.Effect<Reply>
