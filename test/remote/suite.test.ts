/** The service over a remote passes the suite that services over stores pass. */
import { Command, Relationships } from "@kith/core"
import { relationshipsSuite, World } from "@kith/core/testing"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer } from "effect"
import * as FakeRemote from "./fake-remote.ts"

/** The remote with its world, and beneath it who there is. */
const remote = (options: FakeRemote.Options) =>
  FakeRemote.layerOf(options).pipe(Layer.provideMerge(World.layerDirectory))

type Remote = ReturnType<typeof remote>

const over = (network: Remote) =>
  Relationships.layerRemote({ freshFor: 0, lag: 0 }).pipe(
    Layer.provide(Layer.merge(MemoryStore.layer, MemoryJournal.layer)),
    Layer.provideMerge(network),
  )

/** Whoever blocks somebody ends what there is between the two, as on X. */
const severing = (network: Remote): Remote =>
  Layer.effect(
    World.World,
    Effect.gen(function* () {
      const [world, { act }] = [yield* World.World, yield* FakeRemote.Remote]
      return World.World.of({
        ...world,
        setBlocked: (source, target, on) =>
          Effect.gen(function* () {
            yield* world.setBlocked(source, target, on)
            if (!on) return
            yield* act(Command.unfollow(source, target))
            yield* act(Command.unfollow(target, source))
          }),
      })
    }),
  ).pipe(Layer.provideMerge(network))

relationshipsSuite("Relationships over a remote that is always asked", over(remote({})))

relationshipsSuite(
  "Relationships over a remote without the target's commands",
  over(remote({ targetCommands: false })),
  { targetCommands: false },
)

relationshipsSuite(
  "Relationships over a remote without preferences",
  over(remote({ preferences: false })),
  { preferences: false },
)

relationshipsSuite(
  "Relationships over a remote with neither",
  over(remote({ targetCommands: false, preferences: false })),
  { targetCommands: false, preferences: false },
)

relationshipsSuite(
  "Relationships over a remote as narrow as X, and as strict with suspensions and blocks",
  over(
    severing(
      remote({ targetCommands: false, preferences: false, suspendedActors: false, distance: 5 }),
    ),
  ),
  {
    targetCommands: false,
    preferences: false,
    suspendedEdges: false,
    blockedEdges: false,
    many: false,
  },
)
