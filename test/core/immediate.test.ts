/** Methods that never wait: effects like any other, and belonging to nobody but themselves. */
import { Command, Directory, Facts, Immediate, Relationships, RelationshipStore } from "@kith/core"
import { it } from "@effect/vitest"
import { MemoryDirectory, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer, Result } from "effect"
import { describe, expect } from "vitest"
import { user } from "./support.ts"

describe("Immediate", () => {
  const half = Immediate.make((input: number) =>
    input % 2 === 0 ? Result.succeed(input / 2) : Result.fail("odd"),
  )

  it.effect("makes an effect that does what the function does, once it is run", () =>
    Effect.gen(function* () {
      expect(yield* half(4)).toBe(2)
      expect(yield* Effect.flip(half(3))).toBe("odd")
      let calls = 0
      const count = Immediate.make(() => Result.succeed(++calls))
      const effect = count(undefined)
      expect(calls).toBe(0)
      expect([yield* effect, yield* effect]).toEqual([1, 2])
    }),
  )

  it("gives the function of a method that was made of one, and of no other", () => {
    expect(Immediate.get(half)?.(8)).toEqual(Result.succeed(4))
    expect(Immediate.get((input: number) => half(input))).toBeUndefined()
  })
})

describe("a service over a store that never waits", () => {
  const follow = Command.follow(user(1), user(2))

  it.effect("tells one command of a fault beneath it as it tells many, and goes on", () =>
    Effect.gen(function* () {
      const good = yield* MemoryStore.make()
      let faults = 2
      const commit = Immediate.get(good.commit)
      if (commit === undefined) return expect.fail("the store waits")
      const store = {
        ...good,
        commit: Immediate.make((changes: Parameters<typeof commit>[0]) => {
          if (faults-- > 0) throw new Error("a bit fell over")
          return commit(changes)
        }),
      }
      const service = yield* Relationships.makeStore().pipe(
        Effect.provideService(RelationshipStore.RelationshipStore, store),
        Effect.provideService(
          Directory.Directory,
          yield* MemoryDirectory.make({ unknownUsers: "public" }),
        ),
      )
      const fault = {
        _tag: "StoreError",
        reason: "Unavailable",
        cause: new Error("a bit fell over"),
      }
      expect(yield* Effect.flip(service.execute(follow))).toMatchObject(fault)
      const [outcome] = yield* service.executeAll([[follow]])
      expect(outcome).toMatchObject({ failure: fault })
      expect(yield* service.execute(follow)).toMatchObject({ _tag: "Changed", version: 1 })
    }),
  )

  it.effect("calls what replaced a method of the store or the directory", () =>
    Effect.gen(function* () {
      const called: Array<string> = []
      const good = yield* MemoryStore.make()
      const knows = yield* MemoryDirectory.make({ unknownUsers: "public" })
      const note = <A, B, E>(name: string, method: Immediate.Method<A, B, E>) => {
        const noted: Immediate.Method<A, B, E> = (input) =>
          Effect.suspend(() => {
            called.push(name)
            return method(input)
          })
        return noted
      }
      const stores = [
        { ...good, commit: note("commit", good.commit) },
        { ...good, load: note("load", good.load) },
        good,
      ]
      for (const store of stores) {
        const facts = store === good ? note("facts", knows.facts) : knows.facts
        const receipt = yield* Effect.flatMap(Relationships.Relationships, (service) =>
          service.execute(called.length % 2 === 0 ? follow : Command.unfollow(user(1), user(2))),
        ).pipe(
          Effect.provide(Relationships.layerStore()),
          Effect.provideService(RelationshipStore.RelationshipStore, store),
          Effect.provideService(Directory.Directory, { facts }),
        )
        expect(receipt._tag).toBe("Changed")
      }
      expect(called).toEqual(["commit", "load", "facts"])
    }),
  )

  it.effect("goes on after a method that threw", () =>
    Effect.gen(function* () {
      const good = yield* MemoryStore.make()
      let broken = true
      const facts = Immediate.make((edges: ReadonlyArray<unknown>) => {
        if (broken) throw new Error("a bug")
        return Result.succeed(edges.map(() => Facts.open))
      })
      const layer = Relationships.layerStore().pipe(
        Layer.provide([
          Layer.succeed(RelationshipStore.RelationshipStore, good),
          Layer.succeed(Directory.Directory, { facts }),
        ]),
      )
      yield* Effect.gen(function* () {
        const service = yield* Relationships.Relationships
        const exit = yield* Effect.exit(service.execute(follow))
        expect(exit._tag).toBe("Failure")
        broken = false
        expect((yield* service.execute(follow))._tag).toBe("Changed")
      }).pipe(Effect.provide(layer))
    }),
  )
})
