/**
 * Writes a running world down as a world file: putting it in the place of the running one changes
 * nothing that the file can say.
 *
 * It cannot say mutes, histories, what has been counted against limits, or that a token expires.
 *
 * @since 0.1.0
 */
import type { Page, StoreError, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { LiveWorld } from "../LiveWorld.ts"
import type { World, WorldRelationship } from "./World.ts"

const pageSize = 1_000

type Row = {
  readonly since: number
  readonly relationship: (typeof WorldRelationship)["Type"]
}

/** Every relationship of a user as the source, from the two lists that hold them. */
const rowsOf = (
  world: LiveWorld,
  source: { readonly id: UserId.UserId; readonly username: string },
) =>
  Effect.forEach(["following", "requestsSent"] as const, (list) =>
    world.relationships.walk(list, source.id, { limit: pageSize }).pipe(
      Stream.runFold(
        (): Array<Row> => [],
        (rows, page) => {
          for (const entry of page.entries) {
            const target = world.users.byId(entry.user)
            if (target !== undefined) rows.push(toRow(source.username, target.username, entry))
          }
          return rows
        },
      ),
    ),
  )

const toRow = (source: string, target: string, entry: Page.Entry): Row => {
  const { _tag, retweets, notifications } = entry.relationship
  return {
    since: entry.since,
    relationship: {
      source,
      target,
      state: _tag === "Pending" ? "pending" : "following",
      retweets,
      notifications,
    },
  }
}

/**
 * The running world. Relationships come in the order in which they began, which is the order of the
 * lists.
 *
 * @category operations
 * @since 0.1.0
 */
export const exportWorld = (world: LiveWorld): Effect.Effect<World, StoreError.StoreError> =>
  Effect.gen(function* () {
    const users = [...world.users.all()]
    const rows = (yield* Effect.forEach(users, (user) => rowsOf(world, user))).flat(2)
    return {
      apps: world.credentials.apps,
      users,
      tokens: world.credentials.tokens(),
      relationships: rows
        .toSorted((one, other) => one.since - other.since)
        .map((row) => row.relationship),
      blocks: users.flatMap((user) =>
        world.users.blocks
          .of(user.id)
          .toReversed()
          .flatMap((id) => {
            const target = world.users.byId(id)
            return target === undefined ? [] : [{ source: user.username, target: target.username }]
          }),
      ),
      limits: world.origin.limits ?? "x",
    }
  }).pipe(
    // The pages are asked for as the service gave them.
    Effect.catchTag("InvalidPage", (error) => Effect.die(error)),
  )
