/**
 * X as a {@link RelationshipRemote}: commands, observations and lists over v2, v1.1 or both.
 *
 * | | `v2` | `v1` | `auto` |
 * | --- | --- | --- | --- |
 * | follow | v2 | v1.1 | v2 |
 * | follow with preferences | – | v1.1, in two steps where one cannot say it | v2, then v1.1 |
 * | unfollow | v2 | v1.1 | v2 |
 * | preferences | – | v1.1 | v1.1 |
 * | observe one target | v2, without preferences | v1.1, with them | v1.1, or v2 without OAuth 1.0a |
 * | observe many | v2 | v1.1 | v2; without preferences in all modes |
 * | following, followers | v2 | v1.1 | v2 |
 * | requests | – | v1.1, the user's own | v1.1, the user's own |
 *
 * What a mode has no call for, or a user no credentials, is refused before anything is counted or
 * sent. A command takes at most twice the time-out of a request, 40 seconds unless told.
 *
 * A follow with preferences may take two requests, both counted before the first is sent. When X
 * refuses the second, the answer is `Partly`: the follow is there and the preferences are not. When
 * nobody knows what became of the second, the outcome is unknown, and the message says which half was
 * done.
 *
 * @since 0.1.0
 */
import { type Journal, RelationshipRemote } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Credentials } from "./auth/Credentials.ts"
import * as Capabilities from "./Capabilities.ts"
import * as commands from "./internal/commands.ts"
import * as reading from "./internal/reading.ts"
import * as XApi from "./XApi.ts"

/**
 * - `mode`: `auto` unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options extends XApi.Options {
  readonly mode?: Capabilities.Mode | undefined
}

/**
 * The remote over calls that are there already. It never fails: what a user or a mode cannot do is
 * refused when it is asked for.
 *
 * @param mode which API; `auto` unless told
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  mode: Capabilities.Mode = "auto",
): Effect.Effect<
  RelationshipRemote.RelationshipRemote["Service"],
  never,
  XApi.XApi | Credentials
> =>
  Effect.map(
    Effect.all([XApi.XApi, Credentials, Capabilities.checkMode(mode)]),
    ([api, credentials]) =>
      RelationshipRemote.RelationshipRemote.of({
        capabilities: Capabilities.of(mode),
        prepare: commands.make(mode, api, credentials),
        ...reading.make(mode, api, credentials),
      }),
  )

/**
 * Over calls that others make as well, such as `XUsers`: they share what is known of X's clock.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerApi = (
  mode?: Capabilities.Mode,
): Layer.Layer<RelationshipRemote.RelationshipRemote, never, XApi.XApi | Credentials> =>
  Layer.effect(RelationshipRemote.RelationshipRemote, make(mode))

/**
 * The remote with calls of its own. Nothing is sent when it is built; a bad `origin` is a defect.
 * Where `XUsers` is wanted too, put both over one `XApi`, with {@link layerApi}.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (
  options: Options = {},
): Layer.Layer<RelationshipRemote.RelationshipRemote, never, Credentials | Journal.Journal> =>
  Layer.provide(layerApi(options.mode), XApi.layer(options))
