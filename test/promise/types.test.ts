/**
 * What the promise face shows to hosts that do not have Effect: its declarations stand on their own,
 * and say the same as the service's types.
 */
import type {
  Command,
  CommandError,
  Edge,
  Page,
  Receipt,
  Reconciler,
  RecordedEvent,
  Rejection,
  Relationship,
  RelationshipEvent,
  Relationships,
  RelationshipStore,
  RemoteError,
  RemoteWalk,
  StoreError,
} from "@kith/core"
import type * as Plain from "@kith/core/promise"
import { connect } from "@kith/core/promise"
import { MemoryAdapter, MemoryStore } from "@kith/memory-adapter"
import type { Brand, Effect, Result, Stream } from "effect"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, expectTypeOf, test } from "vitest"
import { declare, reached, tsc } from "../support/declarations.ts"

describe("the declarations", () => {
  // Outside the workspace, so that nothing can be found in a `node_modules`.
  const out = mkdtempSync(join(tmpdir(), "kith-promise-"))
  afterAll(() => rmSync(out, { recursive: true }))

  declare("core", out)

  test("reach the promise face's own files and nothing else", () => {
    const seen = reached(out, "promise.d.ts")
    expect(Array.from(seen.keys()).toSorted()).toEqual([
      "promise.d.ts",
      "promise/KithError.d.ts",
      "promise/connect.d.ts",
      "promise/connectRemote.d.ts",
      "promise/connectStore.d.ts",
      "promise/connectUpkeep.d.ts",
      "promise/data.d.ts",
      "promise/remoteTypes.d.ts",
      "promise/types.d.ts",
      "promise/upkeepTypes.d.ts",
    ])
    expect(
      Array.from(seen.values())
        .flat()
        .filter((each) => !each.startsWith(".")),
    ).toEqual([])
  })

  test("are found leaking by the same search when they do", () => {
    const seen = reached(out, "Relationships.d.ts")
    expect(Array.from(seen.values()).flat()).toContain("effect/Context")
  })

  test("compile where there is no Effect", () => {
    const host = join(out, "host")
    mkdirSync(join(host, "promise"), { recursive: true })
    for (const file of reached(out, "promise.d.ts").keys()) {
      writeFileSync(join(host, file), readFileSync(join(out, file)))
    }
    writeFileSync(
      join(host, "host.ts"),
      `import { connect, KithError, type RelationshipsLayer } from "./promise.ts"
      export const main = async (layer: RelationshipsLayer): Promise<number> => {
        await using kith = await connect(layer)
        const { relationship } = await kith.execute({ _tag: "Follow", source: "1", target: "2" })
        if (relationship._tag !== "None" && !relationship.retweets) return 0
        for await (const event of kith.changes({ from: 0 })) return event.position
        try {
          return (await kith.counts("1")).followers
        } catch (error) {
          return error instanceof KithError && error.reason === "BlockedByTarget" ? 1 : 2
        }
      }`,
    )
    const options = "--noEmit --strict --module nodenext --allowImportingTsExtensions"
    const lib = "--target es2024 --lib es2024,esnext.disposable --skipLibCheck false"
    expect(tsc(host, `host.ts ${options} ${lib}`)).toBe("")
    writeFileSync(join(host, "wrong.ts"), 'import * as Effect from "effect/Effect"; Effect.void')
    expect(tsc(host, `wrong.ts ${options} ${lib}`)).toContain("Cannot find module 'effect/Effect'")
  })
})

/** The service's types with their brands taken off, as the promise face shows them. */
type Unbranded<A> =
  A extends Brand.Brand<string>
    ? string
    : A extends object
      ? { [K in keyof A]: Unbranded<A[K]> }
      : A

/** What a method of the service comes to: what its effect succeeds with, what its stream emits. */
type Outcome<Method> = Method extends (...input: infer _) => Effect.Effect<infer A, infer _E>
  ? A
  : Method extends (...input: infer _) => Stream.Stream<infer A, infer _E>
    ? A
    : never

type Service = Relationships.Relationships["Service"]
type Connected = Plain.Relationships

type PlainOutcome<Method> = Method extends (...input: infer _) => Promise<infer A>
  ? A
  : Method extends (...input: infer _) => AsyncIterable<infer A>
    ? A
    : never

describe("the plain types", () => {
  test("have every method of the service, and a way to close", () => {
    expectTypeOf<Exclude<keyof Connected, "close" | typeof Symbol.asyncDispose>>().toEqualTypeOf<
      keyof Service
    >()
  })

  test("are what the service's values look like", () => {
    expectTypeOf<Relationship.Relationship>().toExtend<Plain.Relationship>()
    expectTypeOf<Plain.Relationship>().toExtend<Relationship.Relationship>()
    expectTypeOf<RelationshipEvent.RelationshipEvent>().toExtend<Plain.RelationshipEvent>()
    expectTypeOf<Plain.RelationshipEvent>().toExtend<RelationshipEvent.RelationshipEvent>()
    expectTypeOf<RecordedEvent.RecordedEvent>().toExtend<Plain.RecordedEvent>()
    expectTypeOf<Plain.RecordedEvent>().toExtend<Unbranded<RecordedEvent.RecordedEvent>>()
    expectTypeOf<Receipt.Receipt>().toExtend<Plain.Receipt>()
    expectTypeOf<Plain.Receipt>().toExtend<Unbranded<Receipt.Receipt>>()
    expectTypeOf<RelationshipStore.Snapshot>().toExtend<Plain.Snapshot>()
    expectTypeOf<Plain.Snapshot>().toExtend<RelationshipStore.Snapshot>()
    expectTypeOf<Page.Page>().toExtend<Plain.Page>()
    expectTypeOf<Plain.Page>().toExtend<Unbranded<Page.Page>>()
    expectTypeOf<Page.ListName>().toEqualTypeOf<Plain.ListName>()
    expectTypeOf<Relationships.AsOf>().toEqualTypeOf<Plain.AsOf>()
  })

  test("ask for what the service asks for, with strings for ids", () => {
    expectTypeOf<Command.Command>().toExtend<Plain.Command>()
    expectTypeOf<Plain.Command>().toExtend<Unbranded<Command.Command>>()
    expectTypeOf<Edge.Edge>().toExtend<Plain.Edge>()
    expectTypeOf<Plain.Edge>().toExtend<Unbranded<Edge.Edge>>()
    expectTypeOf<Relationships.ExecuteOptions>().toExtend<Plain.ExecuteOptions>()
    expectTypeOf<Plain.ExecuteOptions>().toExtend<Unbranded<Relationships.ExecuteOptions>>()
    expectTypeOf<Page.PageRequest>().toExtend<Plain.PageRequest>()
    expectTypeOf<Omit<Plain.PageRequest, "signal">>().toExtend<Page.PageRequest>()
    expectTypeOf<AbortSignal>().toExtend<Plain.Signal>()
  })

  test("answer with what the service answers", () => {
    type Answers = Exclude<keyof Service, "executeAll">
    expectTypeOf<{ [K in Answers]: Outcome<Service[K]> }>().toExtend<{
      [K in Answers]: PlainOutcome<Connected[K]>
    }>()
    type All = Outcome<Service["executeAll"]>[number]
    expectTypeOf<All>().toExtend<Result.Result<Plain.Receipt, CommandError.CommandError>>()
  })

  test("look at a remote as the service does", () => {
    type Looking = Reconciler.Reconciler["Service"]
    type Calls = "reconcile" | "reconcileAll"
    expectTypeOf<{ [K in Calls]: Outcome<Looking[K]> }>().toExtend<{
      [K in Calls]: PlainOutcome<Plain.RemoteRelationships[K]>
    }>()
    expectTypeOf<Reconciler.Unresolved>().toExtend<Plain.Unresolved>()
  })

  test("name every error of the services and every reason", () => {
    type Tags =
      | CommandError.CommandError["_tag"]
      | Page.InvalidPage["_tag"]
      | RemoteWalk.WalkStopped["_tag"]
      | Reconciler.InvalidCursor["_tag"]
    type Own = "InvalidInput" | "Unavailable" | "Closed" | "Unexpected"
    expectTypeOf<Plain.ErrorTag>().toEqualTypeOf<Tags | Own>()
    type Reasons = Rejection.Tag | StoreError.StoreError["reason"] | RemoteError.Reason
    expectTypeOf<Plain.ErrorReason>().toEqualTypeOf<Reasons>()
  })

  test("accept layers that need nothing, and those alone", () => {
    expectTypeOf(connect).toBeCallableWith(MemoryAdapter.layer())
    expectTypeOf(MemoryStore.layer).toExtend<Plain.RelationshipsLayer>()
    // @ts-expect-error the function that makes the layer is not the layer
    expectTypeOf(connect).toBeCallableWith(MemoryAdapter.layer)
    type Unfed = ReturnType<typeof Relationships.layerStore>
    // @ts-expect-error a layer that still needs a store cannot be built
    expectTypeOf<Unfed>().toExtend<Plain.RelationshipsLayer>()
  })
})
