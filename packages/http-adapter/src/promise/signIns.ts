/** Signing users in, with promises and plain data. */
import { UserId } from "@kith/core"
import { KithError } from "@kith/core/promise"
import * as PromiseHost from "@kith/core/promise-host"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Grants from "../auth/Grants.ts"
import * as Pkce from "../auth/Pkce.ts"
import * as ThreeLegged from "../auth/ThreeLegged.ts"
import * as given from "./given.ts"
import type { OAuth1SignIn, OAuth2SignIn, XOptions } from "./types.ts"

const lacking = (option: string) =>
  Effect.fail(new KithError("InvalidInput", `connectX was given no ${option}; give it the app's`))

/** The clients that sign users in; failing, where the host gave nothing to sign in with. @internal */
export class SignIns extends Context.Service<
  SignIns,
  {
    readonly threeLegged: Effect.Effect<ThreeLegged.ThreeLegged, KithError>
    readonly pkce: Effect.Effect<Pkce.Pkce, KithError>
  }
>()("@kith/http-adapter/promise/SignIns") {}

/** @internal */
export const layer = (options: XOptions): Layer.Layer<SignIns> =>
  Layer.effect(
    SignIns,
    Effect.gen(function* () {
      const { oauth1, oauth2 } = options
      return {
        threeLegged:
          oauth1 === undefined
            ? lacking("oauth1")
            : Effect.succeed(yield* ThreeLegged.make(given.threeLegged(options, oauth1))),
        pkce:
          oauth2 === undefined
            ? lacking("oauth2")
            : Effect.succeed(yield* Pkce.make(given.pkce(options, oauth2))),
      }
    }),
  )

const secret = Schema.NonEmptyString

const oauth1Attempt = PromiseHost.decoder(Schema.Struct({ token: secret, tokenSecret: secret }))
const oauth2Attempt = PromiseHost.decoder(
  Schema.Struct({ state: secret, verifier: secret, scopes: Schema.Array(Schema.String) }),
)
const answer = PromiseHost.decoder(Schema.String)
const user = PromiseHost.decoder(UserId.UserId)

/** @internal */
export const oauth1Of = ({ call, service }: PromiseHost.Host): OAuth1SignIn => {
  const { threeLegged } = service(SignIns)
  return {
    begin: (callback, options) =>
      call(
        Effect.gen(function* () {
          const { begin } = yield* threeLegged
          const { token, tokenSecret, url } = yield* begin(yield* answer(callback), options)
          return { url, token, tokenSecret: Redacted.value(tokenSecret) }
        }),
        options,
      ),
    finish: (attempt, returned, options) =>
      call(
        Effect.gen(function* () {
          const { finish } = yield* threeLegged
          const { token, tokenSecret } = yield* oauth1Attempt(attempt)
          const { credential, username } = yield* finish(
            { token, tokenSecret: Redacted.make(tokenSecret) },
            yield* answer(returned),
          )
          return {
            user: credential.user,
            username,
            token: credential.token,
            tokenSecret: Redacted.value(credential.tokenSecret),
          }
        }),
        options,
      ),
  }
}

/** @internal */
export const oauth2Of = ({ call, service }: PromiseHost.Host): OAuth2SignIn => {
  const { pkce } = service(SignIns)
  const grants = service(Grants.Grants)
  return {
    begin: (options) =>
      call(
        Effect.gen(function* () {
          const { authorize } = yield* pkce
          const { scopes, state, url, verifier } = yield* authorize({ scopes: options?.scopes })
          return { url, state, verifier: Redacted.value(verifier), scopes }
        }),
        options,
      ),
    finish: (attempt, returned, options) =>
      call(
        Effect.gen(function* () {
          const { exchange, whoami } = yield* pkce
          const { scopes, state, verifier } = yield* oauth2Attempt(attempt)
          const tokens = yield* exchange(
            { scopes, state, verifier: Redacted.make(verifier) },
            yield* answer(returned),
          )
          const found = yield* whoami(tokens.accessToken)
          yield* grants.put(found.id, tokens)
          return found
          // A code is good once: who stops waiting must not lose what it gave.
        }).pipe(Effect.uninterruptible),
        options,
      ),
    revoke: (id, options) =>
      call(Effect.andThen(pkce, Effect.flatMap(user(id), grants.revoke)), options),
    forget: (id, options) =>
      call(Effect.andThen(pkce, Effect.flatMap(user(id), grants.forget)), options),
  }
}
