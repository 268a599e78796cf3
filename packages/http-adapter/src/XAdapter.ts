/**
 * Everything that it takes to act on X, in one layer: hand it to a program, or to `connectRemote` of
 * `@kith/core/promise`.
 *
 * @since 0.1.0
 */
import {
  type Journal,
  type Reconciler,
  Relationships,
  type RelationshipRemote,
  type RelationshipStore,
} from "@kith/core"
import * as Layer from "effect/Layer"
import type { Credentials } from "./auth/Credentials.ts"
import * as XApi from "./XApi.ts"
import * as XRemote from "./XRemote.ts"
import * as XUsers from "./XUsers.ts"

/**
 * - `credentials`: with what users act, such as `Credentials.layerOAuth1({ … })`. A layer that keeps
 *   grants gets the journal.
 * - `store`: where what is known is kept.
 * - `journal`: where intents, quota and grants are kept. All processes that act together share the
 *   two; use a pair that lasts where nothing may be lost at a restart.
 * - `relationships`: how fresh knowledge has to be, and more; see `Relationships.RemoteOptions`.
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

/**
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
  return Relationships.layerRemote(relationships).pipe(
    Layer.provide(store),
    Layer.provideMerge(Layer.merge(XRemote.layerApi(mode), XUsers.layer(mode))),
    Layer.provide(XApi.layer(options)),
    Layer.provide(credentials),
    Layer.provide(journal),
  )
}
