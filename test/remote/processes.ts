/** Processes that are services over one remote, and what outlives them. */
import { Journal, Reconciler, Relationships } from "@kith/core"
import { World } from "@kith/core/testing"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer } from "effect"
import * as FakeRemote from "./fake-remote.ts"

/** What outlives a process: the network, the store, the journal. */
export const lasting = Layer.mergeAll(
  FakeRemote.layer.pipe(Layer.provideMerge(World.layerDirectory)),
  MemoryStore.layer,
  MemoryJournal.layer,
)

const build = (options: Relationships.RemoteOptions = {}) =>
  Effect.map(Layer.build(Layer.fresh(Relationships.layerRemote(options))), (context) => ({
    service: Effect.provideContext(Relationships.Relationships, context),
    reconciler: Effect.provideContext(Reconciler.Reconciler, context),
  }))

export const process = (options: Relationships.RemoteOptions = {}) =>
  Effect.gen(function* () {
    const built = yield* build(options)
    return { service: yield* built.service, reconciler: yield* built.reconciler }
  })

export const newEdge = Effect.gen(function* () {
  const world = yield* World.World
  return { source: yield* world.add, target: yield* world.add }
})

export const openIntents = Effect.flatMap(Journal.Journal, (journal) =>
  journal.scan("intent/", 100),
)

export const commandId = "the-command"

/** For a remote whose reads show at once what was written. */
export const quick = { lag: 0 }
