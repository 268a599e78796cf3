/** The in-memory store and directory under the public suites, and what they promise beyond those. */
import { Command, Relationships, RelationshipEvent, RelationshipStore, UserId } from "@kith/core"
import { Fixtures, relationshipsSuite, storeSuite, World } from "@kith/core/testing"
import { MemoryAdapter, MemoryDirectory, MemoryStore } from "@kith/memory-adapter"
import { it } from "@effect/vitest"
import { Effect, Fiber, Layer, Result } from "effect"
import { describe, expect } from "vitest"

storeSuite("MemoryStore", MemoryStore.layer)

relationshipsSuite(
  "Relationships over MemoryStore and a directory that may wait",
  Relationships.layerStore().pipe(
    Layer.provide(MemoryStore.layer),
    Layer.provideMerge(World.layerDirectory),
  ),
)

/** The world of the suite as MemoryDirectory has it. */
const layerWorld = Layer.effect(
  World.World,
  Effect.map(MemoryDirectory.MemoryDirectory, (directory) =>
    World.World.of({
      add: Effect.tap(Fixtures.user, (user) => directory.setUser(user)),
      setProtected: (user, on) => directory.setUser(user, { protected: on }),
      setSuspended: (user, on) => directory.setUser(user, { suspended: on }),
      remove: directory.removeUser,
      setBlocked: (source, target, on) =>
        on ? directory.block({ source, target }) : directory.unblock({ source, target }),
    }),
  ),
)

relationshipsSuite(
  "Relationships over MemoryStore and MemoryDirectory, which never wait",
  layerWorld.pipe(Layer.provideMerge(MemoryAdapter.layer())),
)

const followed = RelationshipEvent.followed(true, false)
const unfollowed = RelationshipEvent.unfollowed

describe("MemoryStore", () => {
  const full = {
    users: [{ maxUsers: 3 }, [1, 2, 3, 4]],
    edges: [{ maxEdges: 1 }, [1, 2, 1, 3]],
    events: [{ maxEvents: 1 }, [1, 2, 1, 3]],
  } as const

  for (const [what, [options, ids]] of Object.entries(full)) {
    it.effect(`refuses a commit that has no room for more ${what}, and keeps what it has`, () =>
      Effect.gen(function* () {
        const store = yield* MemoryStore.make(options)
        const [a, b, c, d] = ids.map((id) => UserId.make(String(id)))
        if (a === undefined || b === undefined || c === undefined || d === undefined) return
        const first = { source: a, target: b }
        const second = { source: c, target: d }
        const one = yield* Fixtures.change(first, Fixtures.untouched, [followed])
        const other = yield* Fixtures.change(second, Fixtures.untouched, [followed])
        yield* store.commit([one])
        const error = yield* Effect.flip(store.commit([other]))
        expect(error).toMatchObject({ _tag: "StoreError", reason: "Full", retryable: true })
        expect(error.message).toContain(what)
        expect(yield* store.log(0, 10)).toEqual(Fixtures.recorded(one, 1))
        const [known, unknown] = yield* store.load([
          { edge: first, commandId: undefined },
          { edge: second, commandId: undefined },
        ])
        expect([known?.version, unknown?.version]).toEqual([1, 0])
      }),
    )
  }

  it.effect("refuses a batch as a whole when all of it might not fit", () =>
    Effect.gen(function* () {
      const store = yield* MemoryStore.make({ maxEvents: 2 })
      const edges = yield* Effect.replicateEffect(Fixtures.edge, 3)
      const changes = yield* Effect.forEach(edges, (edge) =>
        Fixtures.change(edge, Fixtures.untouched, [followed]),
      )
      yield* Effect.flip(store.commit(changes))
      expect(yield* store.log(0, 10)).toEqual([])
      yield* store.commit(changes.slice(1))
      expect(yield* store.log(0, 10)).toHaveLength(2)
    }),
  )

  it.effect("remembers as many command ids as it was told, the newest", () =>
    Effect.gen(function* () {
      const store = yield* MemoryStore.make({ maxCommandIds: 2 })
      const edge = yield* Fixtures.edge
      const ids = yield* Effect.replicateEffect(Fixtures.commandId, 3)
      let before: RelationshipStore.Snapshot = Fixtures.untouched
      for (const [index, commandId] of ids.entries()) {
        const event = index % 2 === 0 ? followed : unfollowed
        const change = yield* Fixtures.change(edge, before, [event], { commandId })
        yield* store.commit([change])
        before = Fixtures.after(change)
      }
      const loaded = yield* store.load(ids.map((commandId) => ({ edge, commandId })))
      expect(loaded.map(({ record }) => record?.version)).toEqual([undefined, 2, 3])
    }),
  )

  it.effect("does nothing until an effect is run, and then each time anew", () =>
    Effect.gen(function* () {
      const store = yield* MemoryStore.make()
      const edge = yield* Fixtures.edge
      const load = store.load([{ edge, commandId: undefined }])
      const commit = store.commit([yield* Fixtures.change(edge, Fixtures.untouched, [followed])])
      expect((yield* load)[0]?.version).toBe(0)
      expect((yield* commit)[0]?._tag).toBe("Committed")
      expect((yield* load)[0]?.version).toBe(1)
      expect((yield* commit)[0]?._tag).toBe("Conflict")
    }),
  )

  it.effect("is a new one each time that its layer is built", () =>
    Effect.gen(function* () {
      const edge = yield* Fixtures.edge
      const follow = Effect.gen(function* () {
        const store = yield* RelationshipStore.RelationshipStore
        return yield* store.commit([yield* Fixtures.change(edge, Fixtures.untouched, [followed])])
      })
      for (let time = 0; time < 2; time++) {
        const [outcome] = yield* Effect.provide(follow, MemoryStore.layer)
        expect(outcome).toEqual({ _tag: "Committed", position: 1 })
      }
    }),
  )
})

describe("MemoryDirectory", () => {
  const [a, b] = [UserId.make("1"), UserId.make("2")]
  const edge = { source: a, target: b }

  it.effect("leaves what it is not told about a user as it was", () =>
    Effect.gen(function* () {
      const directory = yield* MemoryDirectory.make()
      const status = Effect.map(directory.facts([edge]), ([facts]) => facts?.target)
      expect(yield* status).toBe("missing")
      yield* directory.setUser(b)
      expect(yield* status).toBe("public")
      yield* directory.setUser(b, { protected: true })
      yield* directory.setUser(b, { suspended: true })
      expect(yield* status).toBe("suspended")
      yield* directory.setUser(b, { suspended: false })
      expect(yield* status).toBe("protected")
      yield* directory.removeUser(b)
      yield* directory.setUser(b)
      expect(yield* status).toBe("public")
    }),
  )

  it.effect("knows blocks by their direction, until they end", () =>
    Effect.gen(function* () {
      const directory = yield* MemoryDirectory.make({ unknownUsers: "public" })
      yield* directory.block(edge)
      const facts = directory.facts([edge, { source: b, target: a }])
      const open = { target: "public", blockedByTarget: false, blocksTarget: false }
      expect(yield* facts).toEqual([
        { ...open, blocksTarget: true },
        { ...open, blockedByTarget: true },
      ])
      yield* directory.unblock(edge)
      expect(yield* facts).toEqual([open, open])
    }),
  )
})

describe("commands carried out on the spot", () => {
  const users = Array.from({ length: 40 }, (_, index) => UserId.make(String(index + 1)))
  const layer = MemoryAdapter.layer({ directory: { unknownUsers: "public" } })
  const pairs = users.flatMap((source) =>
    users.flatMap((target) => (source === target ? [] : [Command.follow(source, target)])),
  )

  it.effect("let others have their turn between many of them", () =>
    Effect.gen(function* () {
      const { executeAll } = yield* Relationships.Relationships
      let turns = 0
      const other = yield* Effect.forkChild(
        Effect.forever(Effect.andThen(Effect.yieldNow, () => Effect.sync(() => turns++))),
      )
      const many = [...pairs, ...pairs, ...pairs].map((command) => [command] as const)
      const outcomes = yield* executeAll(many)
      yield* Fiber.interrupt(other)
      expect(outcomes.filter(Result.isSuccess)).toHaveLength(many.length)
      expect(turns).toBeGreaterThan(0)
    }).pipe(Effect.provide(layer)),
  )

  it.effect("may wake very many who ask for more before they are done", () =>
    Effect.gen(function* () {
      const service = yield* Relationships.Relationships
      const { awaitLog } = yield* RelationshipStore.RelationshipStore
      const [first, ...others] = [...pairs, ...pairs, ...pairs, ...pairs]
      if (first === undefined) return
      const fibers = yield* Effect.forEach(others, (command, index) => {
        const answer =
          index % 2 === 0
            ? Effect.asVoid(service.execute(command))
            : Effect.asVoid(service.executeAll([[command]]))
        return Effect.forkChild(Effect.andThen(awaitLog(0), () => answer))
      })
      yield* Effect.yieldNow
      yield* service.execute(first)
      yield* Fiber.joinAll(fibers)
      for (const user of users) {
        expect((yield* service.counts(user)).following).toBe(users.length - 1)
      }
    }).pipe(Effect.provide(layer)),
  )
})
