/**
 * Puts the relationships of a world file into an empty store, as events: the last of the file is the
 * newest.
 *
 * The file is the authority here, not the rules: it may hold a follower of a protected account, or a
 * request to one that has since become public.
 *
 * @since 0.1.0
 */
import {
  EventId,
  Relationship,
  RelationshipEvent,
  type RelationshipStore,
  type StoreError,
} from "@kith/core"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Users } from "./Users.ts"
import type { World, WorldRelationship } from "./World.ts"

const batch = 10_000

const toChange = (
  users: Users,
  nextId: (now: number) => EventId.EventId,
  now: number,
  seed: (typeof WorldRelationship)["Type"],
): ReadonlyArray<RelationshipStore.Change> => {
  const source = users.byUsername(seed.source)?.id
  const target = users.byUsername(seed.target)?.id
  // A decoded world names known users only.
  if (source === undefined || target === undefined) return []
  const retweets = seed.retweets ?? true
  const notifications = seed.notifications ?? false
  const pending = seed.state === "pending"
  return [
    {
      edge: { source, target },
      expectedVersion: 0,
      relationship: pending
        ? Relationship.pending(retweets, notifications)
        : Relationship.following(retweets, notifications),
      events: [
        {
          id: nextId(now),
          event: pending
            ? RelationshipEvent.followRequested(retweets, notifications)
            : RelationshipEvent.followed(retweets, notifications),
        },
      ],
      time: now,
      commandId: undefined,
      correlationId: undefined,
      causationId: undefined,
      actor: source,
      provenance: "decided",
      fingerprint: "",
      attempts: 1,
    },
  ]
}

/**
 * A store that has the first of them already gets the others: seeding that was cut short can be begun
 * again.
 *
 * @category operations
 * @since 0.1.0
 */
export const seed: (
  world: World,
  users: Users,
  store: RelationshipStore.RelationshipStore["Service"],
  now: number,
) => Effect.Effect<void, StoreError.StoreError> = Effect.fnUntraced(
  function* (world, users, store, now) {
    const nextId = EventId.generator(Math.floor((yield* Random.next) * 2 ** 48))
    for (let from = 0; from < world.relationships.length; from += batch) {
      const seeds = world.relationships.slice(from, from + batch)
      yield* store.commit(seeds.flatMap((it) => toChange(users, nextId, now, it)))
    }
  },
)
