import { Command, Reconciler, Relationships } from "@kith/core"
import { relationshipsSuite, World } from "@kith/core/testing"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { describe, expect } from "vitest"
import * as ToyNetwork from "./toy-network.ts"
import * as ToyRemote from "./toy-remote.ts"

const remote = Layer.unwrap(Effect.map(ToyNetwork.Network, ({ origin }) => ToyRemote.layer(origin)))

const layer = Relationships.layerRemote({ freshFor: 0, lag: 0 }).pipe(
  Layer.provide([remote, MemoryStore.layer, MemoryJournal.layer]),
  Layer.provideMerge(ToyNetwork.layer),
)

relationshipsSuite("Relationships over the toy remote", layer, {
  targetCommands: false,
  blockedEdges: false,
  many: false,
})

describe("a command to the toy remote", () => {
  const follow = Effect.gen(function* () {
    const world = yield* World.World
    const command = Command.follow(yield* world.add, yield* world.add)
    const { execute } = yield* Relationships.Relationships
    return { command, execute: execute(command, { commandId: "once" }) }
  })

  for (const fate of ["answer lost", "request lost"] as const) {
    it.live(`takes effect once when it is repeated (${fate})`, () =>
      Effect.gen(function* () {
        const network = yield* ToyNetwork.Network
        const { command, execute } = yield* follow
        network.next = fate
        expect(yield* Effect.flip(execute)).toMatchObject({ _tag: "OutcomeUnknown" })
        expect(yield* execute).toMatchObject({ _tag: "Changed", version: 1 })
        const { reconcile } = yield* Reconciler.Reconciler
        expect(yield* reconcile(command)).toMatchObject({ version: 1, visible: true })
      }).pipe(Effect.provide(layer)),
    )
  }

  it.live("says until when to wait, and did nothing, when it comes too often", () =>
    Effect.gen(function* () {
      const network = yield* ToyNetwork.Network
      const { command, execute } = yield* follow
      network.next = "too often"
      expect(yield* Effect.flip(execute)).toMatchObject({
        _tag: "RemoteError",
        outcome: "refused",
        reason: "WindowExhausted",
        retryable: true,
        resetAt: expect.any(Number),
      })
      const { reconcile } = yield* Reconciler.Reconciler
      expect(yield* reconcile(command)).toMatchObject({ relationship: { _tag: "None" } })
    }).pipe(Effect.provide(layer)),
  )
})

describe("a list of the toy remote", () => {
  it.live("shows everybody who was followed elsewhere, on several pages", () =>
    Effect.gen(function* () {
      const { origin } = yield* ToyNetwork.Network
      const { add } = yield* World.World
      const source = yield* add
      for (const target of yield* Effect.replicateEffect(add, 7)) {
        const request = { method: "PUT", headers: { "x-user": source } }
        yield* Effect.promise(() => fetch(`${origin}/follows/${target}`, request))
      }
      const { reconcileAll } = yield* Reconciler.Reconciler
      yield* Stream.runDrain(reconcileAll(source))
      const { counts } = yield* Relationships.Relationships
      expect(yield* counts(source)).toMatchObject({ following: 7 })
    }).pipe(Effect.provide(layer)),
  )
})
