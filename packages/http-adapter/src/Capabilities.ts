/**
 * What each way of talking to X can do, as data.
 *
 * X has two generations of its API. v2 takes every kind of credentials and knows follows alone; v1.1
 * takes OAuth 1.0a, and has calls for the preferences of a follow and for requests.
 *
 * @since 0.1.0
 */
import { Options, type RelationshipRemote } from "@kith/core"
import type * as Effect from "effect/Effect"

/**
 * - `v2`: API v2 only.
 * - `v1`: API v1.1 only. Every user needs OAuth 1.0a credentials.
 * - `auto`: v2 for following, unfollowing and the lists that it has; v1.1 for preferences and requests,
 *   for users with OAuth 1.0a credentials.
 *
 * @category models
 * @since 0.1.0
 */
export type Mode = "v2" | "v1" | "auto"

/**
 * A mode that is none of these is a defect.
 *
 * @category operations
 * @since 0.1.0
 */
export const checkMode = (mode: Mode | undefined): Effect.Effect<void> =>
  Options.check({ mode }, { mode: Options.oneOf("auto", "v2", "v1") })

type Capabilities = RelationshipRemote.Capabilities

const v2: Capabilities = {
  commands: ["Follow", "Unfollow"],
  preferences: false,
  observesPreferences: false,
  lists: ["following", "followers"],
  observesAtOnce: 100,
}

const v1: Capabilities = {
  commands: ["Follow", "Unfollow", "UpdatePreferences"],
  preferences: true,
  // Of a single target: many at once are seen without.
  observesPreferences: true,
  lists: ["following", "followers", "requestsSent", "requestsReceived"],
  observesAtOnce: 100,
}

const all: Readonly<Record<Mode, Capabilities>> = { v2, v1, auto: v1 }

/**
 * What a mode can do for users who have all the credentials that it can use. X has no call for the
 * target's side of a request: no mode approves, denies, or removes a follower.
 *
 * @category getters
 * @since 0.1.0
 */
export const of = (mode: Mode): Capabilities => all[mode]
