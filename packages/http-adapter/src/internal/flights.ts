/**
 * Refreshes on their way in this process: one for each user, which all who want another token share.
 * Nobody's interruption ends it for the others; when the scope ends, it is still brought to its end.
 */
import type { RemoteError, StoreError, UserId } from "@kith/core"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Grant } from "./grantRecords.ts"

type Failure = RemoteError.RemoteError | StoreError.StoreError

/**
 * A grant with an access token other than `stale`.
 *
 * @internal
 */
export type Refresh = (user: UserId.UserId, stale: string) => Effect.Effect<Grant, Failure>

/** @internal */
export const make = (refresh: Refresh, scope: Scope.Scope): Refresh => {
  // A user who is not being refreshed takes no room.
  const flights = new Map<UserId.UserId, Deferred.Deferred<Grant, Failure>>()

  const share: Refresh = (user, stale) =>
    Effect.uninterruptibleMask((restore) => {
      const flying = flights.get(user)
      if (flying !== undefined) {
        return restore(Deferred.await(flying)).pipe(
          // It may have begun for an older token, and have found this one.
          Effect.filterOrElse(
            (grant) => grant.accessToken !== stale,
            () => restore(share(user, stale)),
          ),
        )
      }
      const flight = Deferred.makeUnsafe<Grant, Failure>()
      flights.set(user, flight)
      return refresh(user, stale).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            flights.delete(user)
            Deferred.doneUnsafe(flight, exit)
          }),
        ),
        Effect.forkIn(scope, { startImmediately: true, uninterruptible: false }),
        Effect.andThen(restore(Deferred.await(flight))),
      )
    })

  return share
}
