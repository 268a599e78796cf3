/** How edges and lists are read on X: by which calls, with whose credentials. */
import {
  type Page,
  type Reconciliation,
  type RelationshipRemote,
  type RemoteError,
  type StoreError,
  type UserId,
} from "@kith/core"
import * as Effect from "effect/Effect"
import type { Credential } from "../auth/Credential.ts"
import type { Credentials } from "../auth/Credentials.ts"
import * as Capabilities from "../Capabilities.ts"
import type { Endpoint } from "../Endpoint.ts"
import { IdLists, Lookup, Show } from "../v1/index.ts"
import { UserLists, UsersByIds } from "../v2/index.ts"
import type { XApi } from "../XApi.ts"
import { refused } from "./tokenServer.ts"

type Failure = RemoteError.RemoteError | StoreError.StoreError
type Seen = ReadonlyArray<Reconciliation.Observation | undefined>

interface ListRequest {
  readonly user: UserId.UserId
  readonly limit?: number | undefined
  readonly cursor?: string | undefined
}

type ListEndpoint = Endpoint<ListRequest, RelationshipRemote.RemotePage>

const v2Lists: { readonly [list in Page.ListName]?: ListEndpoint } = {
  following: UserLists.following,
  followers: UserLists.followers,
}

const v1Lists: Readonly<Record<Page.ListName, ListEndpoint>> = {
  following: IdLists.friends,
  followers: IdLists.followers,
  requestsSent: IdLists.outgoing,
  requestsReceived: IdLists.incoming,
}

const notSupported = (message: string): RemoteError.RemoteError => refused("NotSupported", message)

/** Nobody signed in for the user, as opposed to: signed in, and something is wrong. */
const isAbsent = (failure: Failure): boolean =>
  failure._tag === "RemoteError" &&
  !failure.retryable &&
  (failure.reason === "Unauthenticated" ||
    failure.reason === "UserContextRequired" ||
    failure.reason === "NotSupported")

/** @internal */
export const make = (
  mode: Capabilities.Mode,
  api: XApi["Service"],
  credentials: Credentials["Service"],
) => {
  const credentialOf = (user: UserId.UserId, v1: boolean) =>
    credentials.forUser(user, { writes: false, v1 })

  const show = (credential: Credential, source: UserId.UserId, target: UserId.UserId) =>
    Effect.map(api.call(Show.endpoint, credential, { source, target }), (seen): Seen => [seen])

  const lookOnV2 = (source: UserId.UserId, targets: ReadonlyArray<UserId.UserId>) =>
    Effect.flatMap(credentialOf(source, false), (credential) =>
      api.call(UsersByIds.endpoint, credential, { source, targets }),
    )

  const observe = (
    source: UserId.UserId,
    targets: ReadonlyArray<UserId.UserId>,
  ): Effect.Effect<Seen, Failure> => {
    const [only] = targets
    if (only === undefined) return Effect.succeed([])
    const isOne = targets.length === 1
    if (mode === "v2" || (mode === "auto" && !isOne)) return lookOnV2(source, targets)
    return Effect.matchEffect(credentialOf(source, true), {
      onSuccess: (credential) =>
        isOne
          ? show(credential, source, only)
          : api.call(Lookup.endpoint, credential, { source, targets }),
      // v2 sees less, and is better than nothing.
      onFailure: (failure): Effect.Effect<Seen, Failure> =>
        mode === "auto" && isAbsent(failure) ? lookOnV2(source, targets) : Effect.fail(failure),
    })
  }

  /** The app itself reads what is public, for users of whom there is no credential. */
  const readerOf = (user: UserId.UserId, v1: boolean): Effect.Effect<Credential, Failure> =>
    Effect.catchIf(credentialOf(user, v1), isAbsent, (failure) =>
      Effect.mapError(credentials.forApp, (lack) => (lack.retryable ? lack : failure)),
    )

  const list = (
    name: Page.ListName,
    user: UserId.UserId,
    page: RelationshipRemote.RemotePageRequest = {},
  ): Effect.Effect<RelationshipRemote.RemotePage, Failure> => {
    const { as, cursor, limit } = page
    const isOfRequests = name === "requestsSent" || name === "requestsReceived"
    if (!Capabilities.of(mode).lists.includes(name)) {
      return Effect.fail(
        notSupported(
          `X's v2 does not list ${name}; use the mode auto or v1, and give OAuth 1.0a credentials`,
        ),
      )
    }
    if (isOfRequests && as !== undefined && as !== user) {
      return Effect.fail(
        notSupported(`X shows ${name} of user ${user} to that user alone; read them as ${user}`),
      )
    }
    const onV2 = mode === "v1" ? undefined : v2Lists[name]
    const isV1 = onV2 === undefined
    const credential =
      isOfRequests || as !== undefined ? credentialOf(as ?? user, isV1) : readerOf(user, isV1)
    return Effect.flatMap(credential, (found) =>
      api.call(onV2 ?? v1Lists[name], found, { user, cursor, limit }),
    )
  }

  return { observe, list }
}
