/**
 * The lengths of lists. Long lists have tallies; short ones are counted.
 *
 * Who needs a tally is found by chance: after one change in 512 somebody looks whether its users' lists
 * have grown long. To look takes as long as many changes do; so a list gets its tally before it is twice
 * as long as it would have to be, as a rule, and nearly all changes have nothing to do with it.
 */
import type { RelationshipStore, StoreError, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { Scope } from "effect/Scope"
import type { Database } from "./Database.ts"
import type { Names } from "./names.ts"
import { fromUserId, plainArray } from "./values.ts"

/** @internal */
export interface Tallies {
  readonly of: (
    user: UserId.UserId,
  ) => Effect.Effect<RelationshipStore.Counts, StoreError.StoreError>
  /** Tells of a change that put its edge into a list at a position. */
  readonly listed: (change: RelationshipStore.Change, position: number) => void
}

/** A list is long when it has more entries than this. */
const long = 1_000

/** How many entries are counted on the spot at most. */
const most = 10_000

/** Positions often come in steps; this takes an even share of them whatever the step. */
const isSampled = (position: number): boolean => Math.imul(position | 0, 0x9e3779b1) >>> 23 === 0

/** @internal */
export const make = (database: Database, { schema }: Names): Effect.Effect<Tallies, never, Scope> =>
  Effect.gen(function* () {
    const counts = {
      name: "counts",
      text: `select following, followers, sent, received, whole from ${schema}.counts($1::bigint, ${most})`,
    }
    const promote = {
      name: "promote",
      text: `select ${schema}.promote($1::bigint[], $2::integer)`,
    }
    const grown = new Set<string>()
    const signal = yield* Queue.sliding<void>(1)
    const promoteGrown = Effect.suspend(() => {
      const members = [...grown]
      grown.clear()
      return database.write(promote, [plainArray(members), long])
    })
    // When it fails, another commit will find the same list.
    yield* Effect.forkScoped(
      Effect.forever(Effect.andThen(Queue.take(signal), Effect.ignore(promoteGrown))),
    )

    const read = (
      user: UserId.UserId,
      again: boolean,
    ): Effect.Effect<RelationshipStore.Counts, StoreError.StoreError> =>
      Effect.flatMap(database.read(counts, [fromUserId(user)]), ([row = []]) =>
        row[4] === "t" || !again
          ? Effect.succeed({
              following: Number(row[0]),
              followers: Number(row[1]),
              requestsSent: Number(row[2]),
              requestsReceived: Number(row[3]),
            })
          : Effect.andThen(
              database.write(promote, [plainArray([fromUserId(user)]), long]),
              Effect.suspend(() => read(user, false)),
            ),
      )

    return {
      of: (user) => read(user, true),
      listed: ({ edge }, position) => {
        if (!isSampled(position)) return
        grown.add(fromUserId(edge.source))
        grown.add(fromUserId(edge.target))
        Queue.offerUnsafe(signal, undefined)
      },
    }
  })
