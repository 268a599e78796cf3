/**
 * What acts on X for the time of one command.
 *
 * Relationships are remembered by nobody when the command ends: X has them. The journal remembers what
 * no command may forget: tokens, quota, and commands of which nobody knows what they came to.
 */
import { type Journal, type Reconciler, RelationshipRemote, Relationships } from "@kith/core"
import { XApi, XRemote, XUsers } from "@kith/http-adapter"
import { MemoryStore } from "@kith/memory-adapter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as FileJournal from "../files/FileJournal.ts"
import * as Authority from "./Authority.ts"
import type { Mode, Session } from "./Session.ts"
import type { Watch } from "./Waits.ts"

export type Services =
  | Relationships.Relationships
  | Reconciler.Reconciler
  | RelationshipRemote.RelationshipRemote
  | XUsers.XUsers
  | Journal.Journal

/** Lets somebody see what X refuses for the time being, which others wait for. */
const watched = (watch: Watch) =>
  Layer.effect(
    RelationshipRemote.RelationshipRemote,
    Effect.map(RelationshipRemote.RelationshipRemote, (remote) =>
      RelationshipRemote.RelationshipRemote.of({
        capabilities: remote.capabilities,
        prepare: (command) => watch(remote.prepare(command)),
        observe: (source, targets) => watch(remote.observe(source, targets)),
        list: (list, user, page) => watch(remote.list(list, user, page)),
      }),
    ),
  )

export const layer = (session: Session, mode: Mode, watch: Watch): Layer.Layer<Services> => {
  const remote = watched(watch).pipe(Layer.provide(XRemote.layerApi(mode)))
  const relationships = Relationships.layerRemote({ resolveAtStart: false }).pipe(
    Layer.provide(MemoryStore.layer),
    Layer.provideMerge(remote),
  )
  return Layer.mergeAll(relationships, XUsers.layer(mode)).pipe(
    Layer.provide(XApi.layer({ origin: session.origin })),
    Layer.provide(Authority.layer(session)),
    Layer.provideMerge(FileJournal.layer(session.file.journal(session.origin))),
  )
}
