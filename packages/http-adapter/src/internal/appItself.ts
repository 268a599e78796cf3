/** The app itself, by its bearer token: given, or asked for when it is first needed. */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import * as AppToken from "../auth/AppOnly.ts"
import type { AppOnly } from "../auth/Credential.ts"
import * as Transport from "../Transport.ts"
import type { AppOnlyOptions, Source } from "./credentials.ts"
import * as Lacks from "./lacks.ts"
import { refused, withoutToken } from "./tokenServer.ts"

const isSame = (one: AppOnly, other: AppOnly): boolean =>
  Redacted.value(one.bearerToken) === Redacted.value(other.bearerToken)

/** @internal */
export const make: (options: AppOnlyOptions) => Effect.Effect<Source> = Effect.fnUntraced(
  function* (options) {
    const { app } = options
    if (!("bearerToken" in options)) yield* Transport.check(options)
    const asked =
      "bearerToken" in options
        ? Effect.succeed(options.bearerToken)
        : Effect.mapError(AppToken.bearerToken(options), (error) =>
            withoutToken(`the bearer token of ${app} was not given`, error),
          )
    const [forApp, forget] = yield* Effect.cachedInvalidateWithTTL(
      Effect.map(asked, (bearerToken): AppOnly => ({ _tag: "AppOnly", app, bearerToken })),
      (exit) => (Exit.isSuccess(exit) ? Infinity : 0),
    )
    const noUser = Lacks.ofUser((user) =>
      refused(
        "UserContextRequired",
        `there is only a credential of the app, and none of user ${user}; let the user sign in`,
      ),
    )
    const service: Source = {
      forUser: (user) => Effect.fail(noUser(user)),
      forApp,
      replaced: Effect.fnUntraced(function* (credential) {
        if (credential._tag !== "AppOnly") return yield* Lacks.notOurs
        const kept = yield* forApp
        if (!isSame(kept, credential)) return kept
        yield* forget
        const next = yield* forApp
        if (!isSame(next, credential)) return next
        return yield* refused(
          "Unauthenticated",
          `X refuses the bearer token of ${app}; make a new one on X's page for developers`,
        )
      }),
    }
    return service
  },
)
