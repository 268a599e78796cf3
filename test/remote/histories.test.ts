/**
 * Random histories of a service over a remote that loses commands and answers, of processes that die,
 * and of looks that fail. Once that stops, everybody agrees, and nothing happened twice.
 */
import { Command, type Edge, Journal, Reconciler, Relationships, UserId } from "@kith/core"
import { MemoryDirectory, MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Context, Effect, Exit, Layer, Scope, Stream } from "effect"
import { TestClock } from "effect/testing"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import * as FakeRemote from "./fake-remote.ts"

const sources = [UserId.make("1"), UserId.make("2")]
const targets = [UserId.make("11"), UserId.make("12"), UserId.make("13")]
const edges: ReadonlyArray<Edge.Edge> = sources.flatMap((source) =>
  targets.map((target) => ({ source, target })),
)

/** The last target approves its followers one by one. */
const directory = Layer.effectDiscard(
  Effect.gen(function* () {
    const users = yield* MemoryDirectory.MemoryDirectory
    for (const user of [...sources, ...targets]) {
      yield* users.setUser(user, { protected: user === targets[2] })
    }
  }),
).pipe(Layer.provideMerge(MemoryDirectory.layer()))

const lasting = Layer.mergeAll(
  FakeRemote.layer.pipe(Layer.provide(directory)),
  MemoryStore.layer,
  MemoryJournal.layer,
)

const flag = fc.option(fc.boolean(), { nil: undefined })
const command = fc
  .tuple(fc.constantFrom(...edges), fc.constantFrom("follow", "unfollow", "tune"), flag, flag)
  .map(([{ source, target }, what, retweets, notifications]) => {
    if (what === "unfollow") return Command.unfollow(source, target)
    return what === "follow"
      ? Command.follow(source, target, { retweets, notifications })
      : Command.updatePreferences(source, target, { retweets, notifications })
  })

const fault = fc.constantFrom<FakeRemote.Fault>(
  "none",
  "none",
  "lost answer",
  "lost command",
  "refused",
  "refused preferences",
)
const process = fc.nat(1)

/** What happens next, in a process where that matters. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ does: fc.constant("execute"), process, command, fault }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constant("repeat"), process, back: fc.nat(3), fault }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("die"), process }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("wait"), seconds: fc.nat(90) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("blind"), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant("resolve"), process }) },
)

type Step =
  | { does: "execute"; process: number; command: Command.Command; fault: FakeRemote.Fault }
  | { does: "repeat"; process: number; back: number; fault: FakeRemote.Fault }
  | { does: "die"; process: number }
  | { does: "wait"; seconds: number }
  | { does: "blind"; on: boolean }
  | { does: "resolve"; process: number }

const isStep = (value: { readonly does: string }): value is Step => value.does !== ""

const begin = Effect.gen(function* () {
  const scope = yield* Scope.make()
  const context = yield* Layer.build(
    Layer.fresh(Relationships.layerRemote({ lag: 0, freshFor: 30_000 })),
  ).pipe(Scope.provide(scope))
  return {
    scope,
    service: Context.get(context, Relationships.Relationships),
    reconciler: Context.get(context, Reconciler.Reconciler),
  }
})

const play = (steps: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const remote = yield* FakeRemote.Remote
    const journal = yield* Journal.Journal
    const processes = [yield* begin, yield* begin]
    const issued: Array<{ readonly command: Command.Command; readonly commandId: string }> = []
    const acknowledged = new Map<string, ReadonlyArray<string>>()

    const execute = (index: number, it: (typeof issued)[number], what: FakeRemote.Fault) =>
      Effect.gen(function* () {
        remote.faults.splice(0, Number.POSITIVE_INFINITY, what)
        // Another process may hold the edge: time passes until it lets go.
        const fiber = yield* Effect.forkChild(
          Effect.result(
            processes[index]?.service.execute(it.command, { commandId: it.commandId }) ??
              Effect.die("no such process"),
          ),
          { startImmediately: true },
        )
        while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(10_000)
        const outcome = fiber.pollUnsafe()
        if (outcome?._tag === "Success" && outcome.value._tag === "Success") {
          acknowledged.set(
            it.commandId,
            outcome.value.success.events.map((event) => event.id),
          )
        }
      })

    for (const it of steps) {
      switch (it.does) {
        case "execute": {
          const one = { command: it.command, commandId: `command-${issued.length}` }
          issued.push(one)
          yield* execute(it.process, one, it.fault)
          break
        }
        case "repeat": {
          const one = issued.at(-1 - it.back)
          if (one !== undefined) yield* execute(it.process, one, it.fault)
          break
        }
        case "die": {
          // Nothing of it is closed in an orderly way: its successor finds what it left.
          processes[it.process] = yield* begin
          break
        }
        case "wait":
          yield* TestClock.adjust(it.seconds * 1000)
          break
        case "blind":
          remote.blind = it.on
          break
        case "resolve":
          yield* Effect.ignore(processes[it.process]?.reconciler.resolve ?? Effect.void)
          break
      }
    }

    remote.faults.length = 0
    remote.blind = false
    yield* TestClock.adjust(120_000)
    const last = yield* begin
    yield* TestClock.adjust(1_000)
    yield* last.reconciler.resolve
    expect(yield* journal.scan("intent/", 100)).toEqual([])
    for (const source of sources) yield* Stream.runDrain(last.reconciler.reconcileAll(source))

    const written = new Set<string>()
    for (const edge of edges) {
      const { relationship } = yield* last.service.relationship(edge)
      expect(relationship).toEqual(remote.stateOf(edge))
      const history = yield* last.service.history(edge)
      expect(history.map((event) => event.version)).toEqual(history.map((_, index) => index + 1))
      for (const event of history) written.add(event.id)
    }
    for (const ids of acknowledged.values()) {
      for (const id of ids) expect(written.has(id)).toBe(true)
    }
    for (const { command: one } of issued) {
      expect(remote.effectsOf(one), "effects of one command").toBeLessThanOrEqual(1)
    }
    for (const { scope } of [...processes, last]) yield* Scope.close(scope, Exit.void)
  })

describe("the service over a remote, when much goes wrong", () => {
  it("agrees with the remote once it has stopped going wrong, and did nothing twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), (steps) =>
        Effect.runPromise(
          Effect.provide(play(steps.filter(isStep)), Layer.merge(lasting, TestClock.layer())),
        ),
      ),
      { numRuns: 300 },
    )
  })
})
