/** The promise face of a service over a remote. */
import { Relationships } from "@kith/core"
import { connect, connectRemote, KithError, type Progress } from "@kith/core/promise"
import { World } from "@kith/core/testing"
import { MemoryAdapter, MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer } from "effect"
import { describe, expect, test } from "vitest"
import * as FakeRemote from "../remote/fake-remote.ts"

/** A face over a fresh network, with a hand on the network. */
const open = async (options: Relationships.RemoteOptions = {}) => {
  let control: FakeRemote.Control | undefined
  let world: World.World["Service"] | undefined
  const hands = Layer.effectDiscard(
    Effect.gen(function* () {
      control = yield* FakeRemote.Remote
      world = yield* World.World
    }),
  )
  const kith = await connectRemote(
    Layer.merge(Relationships.layerRemote({ lag: 0, ...options }), hands).pipe(
      Layer.provide(Layer.provideMerge(FakeRemote.layer, World.layerDirectory)),
      Layer.provide(Layer.merge(MemoryStore.layer, MemoryJournal.layer)),
    ),
  )
  if (control === undefined || world === undefined) throw new Error("the layer was not built")
  return { kith, control, world }
}

const failure = async (promise: Promise<unknown>): Promise<KithError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof KithError) return error
  throw new Error("nothing failed with a KithError", { cause: error })
}

describe("the promise face over a remote", () => {
  test("says what is unknown, what it was asked under, and finds out", async () => {
    const { control, kith, world } = await open()
    const [source, target] = await Effect.runPromise(Effect.all([world.add, world.add]))
    const edge = { source, target }
    control.faults.push("lost answer")
    const error = await failure(kith.execute({ _tag: "Follow", ...edge }, { commandId: "one" }))
    expect(error).toMatchObject({ _tag: "OutcomeUnknown", commandId: "one", retryable: true })
    const waiting: Array<string> = []
    for await (const { commandId } of kith.unresolved()) waiting.push(commandId)
    expect(waiting).toEqual(["one"])
    await kith.resolve()
    expect((await kith.relationship(edge)).version).toBe(1)
    expect(await kith.reconcile(edge)).toMatchObject({ events: [], visible: true })
    await kith.close()
  })

  test("says when a spent window opens", async () => {
    const { control, kith, world } = await open()
    const [source, target] = await Effect.runPromise(Effect.all([world.add, world.add]))
    control.faults.push("refused")
    expect(await failure(kith.execute({ _tag: "Follow", source, target }))).toMatchObject({
      _tag: "RemoteError",
      reason: "WindowExhausted",
      retryable: true,
      resetAt: 1,
    })
    await kith.close()
  })

  test("has what the remote said, as evidence", async () => {
    const { control, kith, world } = await open()
    const [source, target] = await Effect.runPromise(Effect.all([world.add, world.add]))
    const evidence = { status: 418, body: "I'm a teapot" }
    control.evidence = evidence
    control.faults.push("refused", "refused preferences")
    const follow = { _tag: "Follow", source, target, notifications: true } as const
    const errors = [await failure(kith.execute(follow)), await failure(kith.execute(follow))]
    const walk = kith.reconcileAll(source)[Symbol.asyncIterator]()
    control.unlistable = "following"
    errors.push(await failure(walk.next()))
    expect(errors.map(({ _tag }) => _tag)).toEqual(["RemoteError", "PartlyDone", "WalkStopped"])
    for (const error of errors) {
      expect(error.evidence).toStrictEqual(evidence)
      expect(JSON.parse(JSON.stringify(error))).toMatchObject({ evidence })
    }
    control.evidence = undefined
    control.faults.push("refused")
    const bare = await failure(kith.execute({ ...follow, _tag: "Unfollow" }))
    expect(Object.hasOwn(bare, "evidence") || Object.hasOwn(bare, "receipt")).toBe(false)
    await kith.close()
  })

  test("refuses a patience that is none, before it looks", async () => {
    const { kith } = await open()
    const walk = kith.reconcileAll("1", { patience: Number.NaN })[Symbol.asyncIterator]()
    expect(await failure(walk.next())).toMatchObject({
      _tag: "InvalidInput",
      message: "patience is NaN; give a number, 0 or more",
    })
    await kith.close()
  })

  test("says of what a part was refused, and what there is all the same", async () => {
    const { control, kith, world } = await open()
    const [source, target] = await Effect.runPromise(Effect.all([world.add, world.add]))
    control.faults.push("refused preferences")
    const follow = { _tag: "Follow", source, target, notifications: true } as const
    const error = await failure(kith.execute(follow, { commandId: "one" }))
    expect(error).toMatchObject({
      _tag: "PartlyDone",
      reason: "WindowExhausted",
      retryable: true,
      resetAt: 1,
      message: `Follow from ${source} to ${target}: a part was carried out (it is Following), and the rest was refused: the window is spent`,
    })
    expect(error.receipt).toEqual({
      _tag: "Changed",
      relationship: { _tag: "Following", retweets: true, notifications: false },
      version: 1,
      events: await kith.history(follow),
      attempts: 1,
    })
    expect(await kith.relationship(follow)).toMatchObject({
      relationship: { _tag: "Following", notifications: false },
    })
    expect(await kith.execute(follow, { commandId: "one" })).toMatchObject({
      _tag: "Changed",
      relationship: { notifications: true },
    })
    await kith.close()
  })

  test("reconciles a user step by step, and refuses a cursor that is none", async () => {
    const { control, kith, world } = await open()
    const [user, ...others] = await Effect.runPromise(Effect.replicateEffect(world.add, 6))
    if (user === undefined) throw new Error("no user")
    for (const target of others) {
      await Effect.runPromise(control.act({ _tag: "Follow", source: user, target }))
    }
    const steps: Array<Progress> = []
    for await (const step of kith.reconcileAll(user)) steps.push(step)
    expect(steps.flatMap((step) => step.events)).toHaveLength(5)
    expect((await kith.counts(user)).following).toBe(5)
    const walk = kith.reconcileAll(user, { cursor: "nowhere" })[Symbol.asyncIterator]()
    expect(await failure(walk.next())).toMatchObject({ _tag: "InvalidCursor" })
    await kith.close()
  })

  test("takes no layer without a remote, where connect does", async () => {
    expect(await failure(connectRemote(MemoryAdapter.layer()))).toMatchObject({
      _tag: "InvalidInput",
    })
    await (await connect(MemoryAdapter.layer())).close()
  })
})
