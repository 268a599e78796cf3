/**
 * v1.1's relationship object: both directions between two users, seen from the source.
 *
 * `null` and absent members are unknown: X says `null` to all but the source, and older answers lack
 * some members. What one side leaves out is read from its mirror on the other.
 *
 * @since 0.1.0
 */
import type { Reconciliation } from "@kith/core"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

const flag = Schema.optional(Schema.NullOr(Schema.Boolean))

/**
 * @category schemas
 * @since 0.1.0
 */
export const RelationshipBody = Schema.Struct({
  relationship: Schema.Struct({
    source: Schema.Struct({
      following: flag,
      following_requested: flag,
      want_retweets: flag,
      notifications_enabled: flag,
      blocking: flag,
      blocked_by: flag,
    }),
    target: Schema.Struct({ followed_by: flag, following_received: flag }),
  }),
})

/**
 * - `observation`: the edge; nothing when it cannot be told whether there is a request.
 * - `blocking`, `blockedBy`: the source blocks the target, and the other way round.
 *
 * @category models
 * @since 0.1.0
 */
export interface Seen {
  readonly observation: Reconciliation.Observation | undefined
  readonly blocking: boolean | undefined
  readonly blockedBy: boolean | undefined
}

type Source = (typeof RelationshipBody.Type)["relationship"]["source"]

const preferences = (source: Source) => {
  const { notifications_enabled: notifications, want_retweets: retweets } = source
  return {
    ...(typeof retweets === "boolean" ? { retweets } : {}),
    ...(typeof notifications === "boolean" ? { notifications } : {}),
  }
}

/**
 * X has been seen to say `false` to both where there is no follow. So on a request both at `false` say
 * nothing; a `true` shows that requests have preferences of their own here, and then both count.
 */
const ofRequest = (source: Source) =>
  source.want_retweets === true || source.notifications_enabled === true ? preferences(source) : {}

const decodeBody = Schema.decodeUnknownOption(RelationshipBody)

/**
 * What a body shows; nothing when it is no relationship.
 *
 * @category operations
 * @since 0.1.0
 */
export const read = (body: unknown): Option.Option<Seen> =>
  Option.map(decodeBody(body), ({ relationship: { source, target } }) => {
    const following = source.following ?? target.followed_by
    const requested = source.following_requested ?? target.following_received
    const observation = following
      ? ({ _tag: "Following", ...preferences(source) } as const)
      : requested
        ? ({ _tag: "Pending", ...ofRequest(source) } as const)
        : following === false && requested === false
          ? ({ _tag: "None" } as const)
          : undefined
    return {
      observation,
      blocking: source.blocking ?? undefined,
      blockedBy: source.blocked_by ?? undefined,
    }
  })
