/** Makes the promise face of X. */
import { Page, RelationshipRemote, RemoteWalk, UserId } from "@kith/core"
import * as PromiseHost from "@kith/core/promise-host"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Users from "../XUsers.ts"
import * as given from "./given.ts"
import * as signIns from "./signIns.ts"
import type { X, XOptions, XUsers } from "./types.ts"

const asked = { signal: Schema.optional(Schema.Unknown), as: Schema.optional(UserId.UserId) }

const list = PromiseHost.decoder(Page.ListName)
const user = PromiseHost.decoder(UserId.UserId)
const ids = PromiseHost.decoder(Schema.Array(UserId.UserId))
const names = PromiseHost.decoder(Schema.Array(Schema.String))
const onBehalf = PromiseHost.decoder(Schema.Struct(asked), "error")
const walking = PromiseHost.decoder(
  Schema.Struct({
    ...asked,
    cursor: Schema.optional(Schema.String),
    limit: Schema.optional(Schema.Unknown),
    patience: Schema.optional(Schema.Unknown),
  }),
  "error",
)

const usersOf = ({ call, service }: PromiseHost.Host): XUsers => {
  const { byIds, byUsernames } = service(Users.XUsers)
  return {
    byIds: (input, options) =>
      call(
        Effect.flatMap(Effect.all([ids(input), onBehalf(options ?? {})]), ([all, { as }]) =>
          byIds(all, as),
        ),
        options,
      ),
    byUsernames: (input, options) =>
      call(
        Effect.flatMap(Effect.all([names(input), onBehalf(options ?? {})]), ([all, { as }]) =>
          byUsernames(all, as),
        ),
        options,
      ),
  }
}

const walkRemoteOf = ({ service, stream }: PromiseHost.Host): X["walkRemote"] => {
  const remote = service(RelationshipRemote.RelationshipRemote)
  return (name, owner, options) =>
    stream(
      Stream.unwrap(
        Effect.map(
          Effect.all([list(name), user(owner), walking(options ?? {})]),
          ([of, id, { as, cursor }]) =>
            RemoteWalk.walk(remote, of, id, {
              as,
              cursor,
              limit: options?.limit,
              patience: options?.patience,
            }),
        ),
      ),
      options,
    )
}

const layerOf = (options: XOptions) =>
  Layer.unwrap(
    Effect.map(given.check(options), () =>
      Layer.merge(given.layerOf(options), signIns.layer(options)),
    ),
  )

/**
 * Connects to X, over a store of the host's. Close it when done: it waits for the commands that have
 * left, and closes the store. It sends nothing to X by itself but looks at what earlier commands came to.
 *
 * It rejects with a `KithError`: `Unavailable` when the store cannot be opened, `InvalidInput` when an
 * option cannot be meant.
 *
 * @category constructors
 * @since 0.1.0
 */
export const connectX = (options: XOptions): Promise<X> =>
  PromiseHost.open(layerOf(options), (host) => ({
    ...PromiseHost.remoteRelationshipsOf(host),
    oauth1: signIns.oauth1Of(host),
    oauth2: signIns.oauth2Of(host),
    users: usersOf(host),
    walkRemote: walkRemoteOf(host),
  }))
