/**
 * Who is who on X: users by their names and by their ids.
 *
 * Kith knows users by ids alone, since names change hands. People know names.
 *
 * @since 0.1.0
 */
import { RemoteError, type StoreError, type UserId } from "@kith/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credential } from "./auth/Credential.ts"
import { Credentials } from "./auth/Credentials.ts"
import { checkMode, type Mode } from "./Capabilities.ts"
import type { Endpoint } from "./Endpoint.ts"
import * as v1 from "./v1/index.ts"
import * as v1Profiles from "./v1/Profiles.ts"
import * as v2 from "./v2/index.ts"
import * as v2Profiles from "./v2/Profiles.ts"
import * as XApi from "./XApi.ts"
import type { XUser } from "./XUser.ts"

type Failure = RemoteError.RemoteError | StoreError.StoreError

/**
 * Users in the order in which they were asked for, `undefined` for those whom X does not show. Any
 * number may be asked for; X is asked for a hundred at a time.
 *
 * `as`: on whose behalf. Without it the app itself asks, and sees what is public.
 *
 * @category services
 * @since 0.1.0
 */
export class XUsers extends Context.Service<
  XUsers,
  {
    /** By usernames, with or without `@`, in any case of letters. */
    readonly byUsernames: (
      usernames: ReadonlyArray<string>,
      as?: UserId.UserId,
    ) => Effect.Effect<ReadonlyArray<XUser | undefined>, Failure>

    readonly byIds: (
      ids: ReadonlyArray<UserId.UserId>,
      as?: UserId.UserId,
    ) => Effect.Effect<ReadonlyArray<XUser | undefined>, Failure>

    /** A user by the user's own credentials: whether they are good, and whose they are. */
    readonly me: (user: UserId.UserId) => Effect.Effect<XUser, Failure>
  }
>()("@kith/http-adapter/XUsers") {}

/** X's form of a name. One that has it not is nobody's, and would spoil the question for all others. */
const isUsername = (text: string): boolean => /^[a-z0-9_]{1,15}$/.test(text)

const normal = (username: string): string => username.replace(/^@/, "").toLowerCase()

const largest = 100

const chunks = <A>(all: ReadonlyArray<A>): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / largest) }, (_, index) =>
    all.slice(index * largest, (index + 1) * largest),
  )

/**
 * The users over calls that are there already.
 *
 * @param mode `v1` asks v1.1, and all others v2; `auto` unless told
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (mode: Mode = "auto") {
  yield* checkMode(mode)
  const api = yield* XApi.XApi
  const credentials = yield* Credentials
  const isV1 = mode === "v1"

  const ask = <Input>(
    endpoint: Endpoint<Input, ReadonlyArray<XUser>>,
    inputs: ReadonlyArray<Input>,
    as: UserId.UserId | undefined,
  ): Effect.Effect<ReadonlyArray<XUser>, Failure> =>
    Effect.gen(function* () {
      if (inputs.length === 0) return []
      const credential: Credential =
        as === undefined
          ? yield* credentials.forApp
          : yield* credentials.forUser(as, { writes: false, v1: isV1 })
      const pages = yield* Effect.forEach(inputs, (input) => api.call(endpoint, credential, input))
      return pages.flat()
    })

  return XUsers.of({
    byUsernames: (usernames, as) => {
      const names = usernames.map(normal)
      const inputs = chunks([...new Set(names.filter(isUsername))]).map((chunk) => ({
        usernames: chunk,
      }))
      const endpoint = isV1 ? v1.UsersLookup.endpoint : v2.UsersByUsernames.endpoint
      return Effect.map(ask(endpoint, inputs, as), (users) => {
        const byName = new Map(users.map((user) => [normal(user.username), user]))
        return names.map((name) => byName.get(name))
      })
    },

    byIds: (ids, as) => {
      const inputs = chunks([...new Set(ids)]).map((chunk) => ({ ids: chunk }))
      const endpoint = isV1 ? v1Profiles.endpoint : v2Profiles.endpoint
      return Effect.map(ask(endpoint, inputs, as), (users) => {
        const byId = new Map(users.map((user) => [user.id, user]))
        return ids.map((id) => byId.get(id))
      })
    },

    me: Effect.fnUntraced(function* (user) {
      const credential = yield* credentials.forUser(user, { writes: false, v1: isV1 })
      const endpoint = isV1 ? v1.VerifyCredentials.endpoint : v2.Me.endpoint
      const found = yield* api.call(endpoint, credential, undefined)
      if (found.id === user) return found
      return yield* new RemoteError.RemoteError({
        outcome: "refused",
        reason: "Unauthenticated",
        message: `the credentials of user ${user} are those of user ${found.id}; let the right user sign in`,
        retryable: false,
      })
    }),
  })
})

/**
 * The users over the calls at hand; see {@link make}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (mode?: Mode): Layer.Layer<XUsers, never, XApi.XApi | Credentials> =>
  Layer.effect(XUsers, make(mode))
