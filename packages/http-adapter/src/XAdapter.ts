/**
 * Everything that it takes to act on X, in one layer: hand it to a program, or to `connectRemote` of
 * `@kith/core/promise`.
 *
 * @since 0.1.0
 */
import {
  type Journal,
  Options as Checking,
  type Reconciler,
  Relationships,
  type RelationshipRemote,
  type RelationshipStore,
} from "@kith/core"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Credentials } from "./auth/Credentials.ts"
import * as Capabilities from "./Capabilities.ts"
import * as Presets from "./quota/Presets.ts"
import * as Transport from "./Transport.ts"
import * as XApi from "./XApi.ts"
import * as XRemote from "./XRemote.ts"
import * as XUsers from "./XUsers.ts"

/**
 * - `credentials`: with what users act, such as `Credentials.layerOAuth1({ … })`. A layer that keeps
 *   grants gets the journal.
 * - `store`: where what is known is kept.
 * - `journal`: where intents, quota and grants are kept. All processes that act together share the
 *   two; use a pair that lasts where nothing may be lost at a restart.
 * - `relationships`: how fresh knowledge has to be, and more; see `Relationships.RemoteOptions`. The
 *   `lease` is three times the `timeout` unless told, and a minute at least: a command may take twice the
 *   `timeout`, and a lease that does not last longer is refused.
 * - the rest: see `XRemote.Options`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options<E> extends XRemote.Options {
  readonly credentials: Layer.Layer<Credentials, E, Journal.Journal>
  readonly store: Layer.Layer<RelationshipStore.RelationshipStore, E>
  readonly journal: Layer.Layer<Journal.Journal, E>
  readonly relationships?: Relationships.RemoteOptions | undefined
}

/** Before the journal is opened. */
const check = <E>(
  { limits, mode, relationships, ...options }: Options<E>,
  timeout: number,
): Effect.Effect<void> => {
  const least = 2 * timeout
  const lease = {
    words: `a whole number above ${least}, which is twice the timeout`,
    includes: Checking.whole(least + 1).includes,
  }
  return Effect.all(
    [
      Capabilities.checkMode(mode),
      Transport.check(options),
      Presets.check(limits),
      Checking.check(relationships, { lease }),
      Relationships.checkRemote(relationships),
    ],
    { discard: true },
  )
}

/**
 * X as a `Relationships` service, with what keeps it true, X's own calls and the users beside it.
 * The store and the journal are built once for all of them.
 *
 * Building it sends no command. It fails with `E`, as `credentials`, `store` and `journal` do, and
 * with nothing else. An option out of its range is a defect, and so is an `origin` that is
 * none, or one on another machine without TLS and without `insecure`: a mistake in the program, not in
 * the world. Then nothing is opened.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = <E = never>(
  options: Options<E>,
): Layer.Layer<
  | Relationships.Relationships
  | Reconciler.Reconciler
  | RelationshipRemote.RelationshipRemote
  | XUsers.XUsers,
  E
> => {
  const { credentials, journal, mode, relationships, store } = options
  const { timeout = Transport.defaultTimeout } = options
  const lease = relationships?.lease ?? Math.max(60_000, 3 * timeout)
  return Relationships.layerRemote({ ...relationships, lease }).pipe(
    Layer.provide(store),
    Layer.provideMerge(Layer.merge(XRemote.layerApi(mode), XUsers.layer(mode))),
    Layer.provide(XApi.layer(options)),
    Layer.provide(credentials),
    Layer.provide(journal),
    Layer.provide(Layer.effectDiscard(Effect.suspend(() => check(options, timeout)))),
  )
}
