/** Options that cannot be meant, of the services, of waiting and of walking. */
import {
  Options,
  QuotaLedger,
  Reconciler,
  RelationshipRemote,
  Relationships,
  RemoteError,
  RemoteWalk,
  UserId,
  Waiting,
} from "@kith/core"
import { World } from "@kith/core/testing"
import { MemoryDirectory, MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer, Stream } from "effect"
import { describe, expect, test } from "vitest"
import * as FakeRemote from "../remote/fake-remote.ts"
import { areRefused, building, defectOf, type Mistake } from "../support/options.ts"

const overStore = (options: Relationships.StoreOptions) =>
  building(
    Relationships.layerStore(options).pipe(
      Layer.provide([MemoryStore.layer, MemoryDirectory.layer()]),
    ),
  )

const remote = Layer.mergeAll(
  FakeRemote.layer.pipe(Layer.provide(World.layerDirectory)),
  MemoryStore.layer,
  MemoryJournal.layer,
)
const remoteWith = (options: Relationships.RemoteOptions) =>
  Relationships.layerRemote(options).pipe(Layer.provide(remote))
const overRemote = (options: Relationships.RemoteOptions) => building(remoteWith(options))

const reconciling = (patience: number) =>
  Effect.provide(
    Effect.flatMap(Reconciler.Reconciler, ({ reconcileAll }) =>
      Stream.runDrain(reconcileAll(UserId.make("1"), { patience })),
    ),
    remoteWith({}),
  )

const walking = (options: RemoteWalk.WalkOptions) =>
  Effect.provide(
    Effect.flatMap(RelationshipRemote.RelationshipRemote, (it) =>
      Stream.runDrain(RemoteWalk.walk(it, "following", UserId.make("1"), options)),
    ),
    remote,
  )

const reading = (
  read: (service: Relationships.Relationships["Service"]) => Effect.Effect<unknown, unknown>,
) =>
  Effect.provide(
    Effect.flatMap(Relationships.Relationships, read),
    Relationships.layerStore().pipe(Layer.provide([MemoryStore.layer, MemoryDirectory.layer()])),
  )
const past = (asOf: Relationships.AsOf) =>
  reading(({ relationship }) =>
    relationship({ source: UserId.make("1"), target: UserId.make("2") }, { asOf }),
  )
const following = (from: number) => reading(({ changes }) => Stream.runHead(changes({ from })))

const request = { kind: "follow", app: "app", user: undefined, limits: [] }
const planning = (count: number) =>
  Effect.provide(
    Effect.flatMap(QuotaLedger.QuotaLedger, (ledger) => ledger.plan(request, count)),
    Layer.provide(QuotaLedger.layer, MemoryJournal.layer),
  )
const pruning = (limit: number) =>
  Effect.provide(
    Effect.flatMap(QuotaLedger.QuotaLedger, (ledger) => ledger.prune({ limit })),
    Layer.provide(QuotaLedger.layer, MemoryJournal.layer),
  )

const from1 = "a whole number, 1 or more"
const from0 = "a whole number, 0 or more"
const time = "a number, 0 or more"

const ofServices: ReadonlyArray<Mistake> = [
  ...[Number.NaN, 0, -1, 1.5, Infinity].flatMap((value): ReadonlyArray<Mistake> => [
    ["maxAttempts", value, from1, overStore({ maxAttempts: value })],
    ["maxGroup", value, from1, overStore({ maxGroup: value })],
    ["maxWaiting", value, from1, overStore({ maxWaiting: value })],
    ["maxWaiting", value, from1, overStore({ maxWaiting: value })],
    ["lease", value, "a whole number from 1 to 86400000", overRemote({ lease: value })],
    ["concurrency", value, from1, overRemote({ concurrency: value })],
  ]),
  ...[Number.NaN, -1, Infinity].map((value): Mistake => [
    "lag",
    value,
    "a whole number from 0 to 86400000",
    overRemote({ lag: value }),
  ]),
  ...[Number.NaN, -1].map((value): Mistake => [
    "freshFor",
    value,
    time,
    overRemote({ freshFor: value }),
  ]),
]

const ofCalls: ReadonlyArray<Mistake> = [
  ...[Number.NaN, -1].flatMap((value): ReadonlyArray<Mistake> => [
    ["patience", value, time, reconciling(value)],
    ["patience", value, time, walking({ patience: value })],
    ["count", value, from0, planning(value)],
  ]),
  ["milliseconds", Number.NaN, "a number", Waiting.upTo(Number.NaN)(Effect.die("it began"))],
  ["count", Infinity, from0, planning(Infinity)],
  ["limit", Number.NaN, from1, walking({ limit: Number.NaN })],
  ["limit", 0, from1, pruning(0)],
  ["limit", Number.NaN, from1, pruning(Number.NaN)],
  ...[Number.NaN, -1, 0.5, Infinity].flatMap((value): ReadonlyArray<Mistake> => [
    ["from", value, from0, following(value)],
    ["asOf.position", value, from0, past({ position: value })],
  ]),
  ["asOf.time", Number.NaN, "a number", past({ time: Number.NaN })],
]

describe("an option of a service", () => {
  areRefused(ofServices)
})
describe("an option of a call", () => {
  areRefused(ofCalls)
})

describe("waiting and walking", () => {
  test("take forever for an answer", async () => {
    const refused = new RemoteError.RemoteError({
      outcome: "refused",
      reason: "WindowExhausted",
      message: "the window is spent",
      retryable: true,
      resetAt: 0,
    })
    let asked = 0
    const effect = Effect.suspend(() => (asked++ === 0 ? Effect.fail(refused) : Effect.succeed(1)))
    expect(await Effect.runPromise(Waiting.upTo(Infinity)(effect))).toBe(1)
    await Effect.runPromise(Effect.scoped(reconciling(Infinity)))
  })
})

describe("a mistake", () => {
  const ranges = { port: Options.whole(0, 9), mode: Options.oneOf("a", "b") }

  test("is found by name, whoever may have left the types out", () => {
    const message = (options: object) => Options.mistake(options, ranges)?.message
    expect(message({ port: "8" })).toBe('port is "8"; give a whole number from 0 to 9')
    expect(message({ port: null })).toBe("port is null; give a whole number from 0 to 9")
    expect(message({ port: [1] })).toBe("port is an object; give a whole number from 0 to 9")
    expect(message({ port: 10 })).toBe("port is 10; give a whole number from 0 to 9")
    expect(message({ mode: "c" })).toBe('mode is "c"; give one of a, b')
    expect(Options.mistake({ port: -1 }, ranges, "limits.")?.message).toMatch(/^limits\.port is -1/)
  })

  test("is none in what is left out, or fits", () => {
    expect(Options.mistake(undefined, ranges)).toBe(undefined)
    expect(Options.mistake({ port: undefined }, ranges)).toBe(undefined)
    expect(Options.mistake({ port: 9, mode: "b" }, ranges)).toBe(undefined)
  })

  test("is a defect, and nothing else", async () => {
    expect(await defectOf(Options.check({ port: 10, mode: "a" }, ranges))).toMatchObject({
      _tag: "InvalidInput",
      retryable: false,
    })
  })
})
