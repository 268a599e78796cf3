/**
 * The relationship object of v1.1: both directions between two users, seen from the source.
 *
 * @since 0.1.0
 */
import { Relationship, type Relationships, type StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import * as Json from "./Json.ts"

/** The states of both directions. */
interface Both {
  readonly out: Relationship.Relationship
  readonly back: Relationship.Relationship
}

const none: Both = { out: Relationship.none, back: Relationship.none }

const read = (
  service: Relationships.Relationships["Service"],
  source: User,
  target: User,
): Effect.Effect<Both, StoreError.StoreError> =>
  // Nobody has a relationship with themselves.
  source.id === target.id
    ? Effect.succeed(none)
    : Effect.map(
        service.relationships([
          { source: source.id, target: target.id },
          { source: target.id, target: source.id },
        ]),
        ([out, back]) => ({
          out: out?.relationship ?? Relationship.none,
          back: back?.relationship ?? Relationship.none,
        }),
      )

/**
 * Whether the target waits for the source's answer. Nobody can ask a public account, and X says
 * `null` there.
 */
const received = (source: User, back: Relationship.Relationship): boolean | null =>
  back._tag === "Pending" ? true : source.protected === true ? false : null

const named = (user: User): Json.JsonObject => ({
  id: Json.id(user.id),
  id_str: user.id,
  screen_name: user.username,
})

const toJson = (
  world: LiveWorld,
  source: User,
  target: User,
  { out, back }: Both,
  bySource: boolean,
): Json.JsonObject => {
  const { blocks, mutes } = world.users
  const blocking = blocks.has(source.id, target.id)
  const blockedBy = blocks.has(target.id, source.id)
  const following = out._tag === "Following"
  const followedBy = back._tag === "Following"
  // What is between the source and its own account is not for others to know.
  const own = <A>(value: A): A | null => (bySource ? value : null)
  const requested = own(out._tag === "Pending")
  const asked = own(received(source, back))
  return {
    relationship: {
      source: {
        ...named(source),
        following,
        followed_by: followedBy,
        live_following: false,
        following_received: asked,
        following_requested: requested,
        notifications_enabled: own(out._tag !== "None" && out.notifications),
        can_dm: followedBy && !blocking && !blockedBy,
        blocking: own(blocking),
        blocked_by: own(blockedBy),
        muting: own(mutes.has(source.id, target.id)),
        want_retweets: own(out._tag !== "None" && out.retweets),
        all_replies: own(false),
        marked_spam: own(false),
      },
      target: {
        ...named(target),
        following: followedBy,
        followed_by: following,
        following_received: requested,
        following_requested: asked,
      },
    },
  }
}

/**
 * The relationship of a source to a target as a viewer sees it. To anybody but the source, what
 * concerns the source alone is `null`.
 *
 * @category operations
 * @since 0.1.0
 */
export const describe = (
  world: LiveWorld,
  service: Relationships.Relationships["Service"],
  viewer: User | undefined,
  source: User,
  target: User,
): Effect.Effect<Json.JsonObject, StoreError.StoreError> =>
  Effect.map(read(service, source, target), (both) =>
    toJson(world, source, target, both, viewer?.id === source.id),
  )
