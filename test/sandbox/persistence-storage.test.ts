/** How a sandbox takes a storage, shares it with nobody, and bears with one that fails. */
import { EventId, Relationship, RelationshipEvent } from "@kith/core"
import { Sandbox } from "@kith/sandbox"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { hostname } from "node:os"
import { describe, expect, test } from "vitest"
import * as Pieces from "../../packages/sandbox/src/storage/Pieces.ts"
import { accessOf, idOf, otherWorld, send, world } from "./persistence-support.ts"
import {
  asExported,
  copyOf,
  exported,
  failingAfter,
  outage,
  refusal,
  storageOf,
  type Toys,
  toys,
} from "./persistence-toys.ts"

describe("a storage", () => {
  test("that is empty is filled with the world given, or with the built-in one", async () => {
    expect(await exported(toys().storage, { world })).toEqual(await asExported(world))
    const { users } = await exported(toys().storage)
    expect(users.map(({ username }) => username)).toContain("happycamper")
  })

  test("that has a world is refused another one, unless it is to be replaced", async () => {
    const { storage } = toys()
    await exported(storage, { world })
    expect(await refusal(storage, { world: otherWorld })).toMatchObject({
      _tag: "StorageRefused",
      reason: "HasWorld",
      message: expect.stringContaining("--replace"),
    })
    expect(await refusal(storage, { world })).toMatchObject({ reason: "HasWorld" })
    expect(await exported(storage)).toEqual(await asExported(world))
    expect(await exported(storage, { world: otherWorld, replace: true })).toEqual(
      await asExported(otherWorld),
    )
    expect(await exported(storage)).toEqual(await asExported(otherWorld))
  })

  test("of a backend is refused, and nothing is written to it", async () => {
    const follow = {
      edge: { source: idOf("ada"), target: idOf("bea") },
      expectedVersion: 0,
      relationship: Relationship.following(true, false),
      events: [{ id: EventId.generator(1)(0), event: RelationshipEvent.followed(true, false) }],
      time: 0,
      commandId: undefined,
      correlationId: undefined,
      causationId: undefined,
      actor: null,
      provenance: "decided" as const,
      fingerprint: undefined,
      attempts: 1,
    }
    const entry = (key: string) => ({ key, value: "theirs", expectedVersion: 0 })
    const uses = [
      ({ kit }: Toys) => Effect.asVoid(kit.store.commit([follow])),
      ({ kit }: Toys) => Effect.asVoid(kit.journal.write([entry("intent/1/2")])),
      ({ kit }: Toys) => Effect.asVoid(kit.journal.write([entry("token")])),
    ]
    for (const use of uses) {
      const held = toys()
      await Effect.runPromise(use(held))
      const { storage } = failingAfter(held, 0)
      for (const replace of [false, true]) {
        expect(await refusal(storage, { world, replace })).toMatchObject({
          _tag: "StorageRefused",
          reason: "NotASandbox",
        })
      }
    }
  })

  test("that newer code wrote is refused, also to be replaced", async () => {
    const held = toys()
    await exported(held.storage, { world })
    const [state] = await Effect.runPromise(held.kit.journal.read(["sandbox/world"]))
    const value = JSON.stringify({ ...JSON.parse(state?.value ?? ""), format: 2 })
    const expectedVersion = state?.version ?? 0
    await Effect.runPromise(
      held.kit.journal.write([{ key: "sandbox/world", value, expectedVersion }]),
    )
    for (const replace of [false, true]) {
      expect(await refusal(held.storage, { replace })).toMatchObject({
        _tag: "StoreError",
        reason: "Corrupt",
        message: expect.stringContaining("newer version"),
      })
    }
  })

  test("is given texts in pieces that every journal keeps", () => {
    const pairs = "😀".repeat(30_000)
    for (const text of ["", "x", pairs, `x${pairs}`, "é".repeat(21_001), "€".repeat(50_000)]) {
      const pieces = Pieces.cut(text)
      expect(pieces.join("")).toBe(text)
      for (const piece of pieces) {
        expect(piece.isWellFormed()).toBe(true)
        expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(64 * 1024)
      }
    }
  })

  test("forgets the windows that are over", async () => {
    const held = toys()
    const windows = () => Effect.runSync(held.kit.journal.scan("sandbox/1/quota/", 100)).length
    const live = async (options: Sandbox.Options, advanceSeconds: number) => {
      await using sandbox = await Sandbox.start({ ...options, storage: held.storage })
      await send(sandbox.url, "POST", "/sandbox/clock", { body: { advanceSeconds } })
      await send(sandbox.url, "GET", "/2/users/me", { bearer: accessOf("ada") })
    }
    await live({ world }, 0)
    expect(windows()).toBe(1)
    await live({}, 0)
    expect(windows()).toBe(1)
    const bearer = accessOf("bea")
    await using sandbox = await Sandbox.start({ storage: held.storage })
    await send(sandbox.url, "POST", "/sandbox/clock", { body: { advanceSeconds: 900 } })
    await send(sandbox.url, "GET", "/2/users/me", { bearer })
    await send(sandbox.url, "GET", "/2/users/1", { bearer })
    await sandbox.close()
    expect(windows()).toBe(2)
  })

  test("keeps a world file of any length and any characters", async () => {
    const name = `${"é😀\u0000".repeat(9_000)}${"x".repeat(21_000)}`
    const large = {
      ...world,
      users: world.users.map((user) => ({ ...user, name, description: `😀${name}` })),
    }
    const { storage } = toys()
    await exported(storage, { world: large })
    const location = "é😀".repeat(9_000)
    await using sandbox = await Sandbox.start({ storage })
    const { users } = sandbox.control.world().origin
    expect(users).toEqual(large.users)
    await send(sandbox.url, "PATCH", "/sandbox/users/ada", { body: { location } })
    await send(sandbox.url, "PATCH", "/sandbox/users/bea", { body: { name: "B" } })
    await sandbox.close()
    const after = await exported(storage)
    expect(after.users[0]).toEqual({ ...large.users[0], location })
    expect(after.users[1]).toEqual({ ...large.users[1], name: "B" })
  })
})

describe("two sandboxes on one storage", () => {
  const leaseOf = async ({ kit }: Toys) => {
    const [entry] = await Effect.runPromise(kit.journal.read(["sandbox/lease"]))
    return { ...JSON.parse(entry?.value ?? "{}"), version: entry?.version ?? 0 }
  }
  const putLease = async ({ kit }: Toys, lease: object, expectedVersion: number) => {
    const value = JSON.stringify(lease)
    const write = { key: "sandbox/lease", value, expectedVersion }
    const outcome = await Effect.runPromise(kit.journal.write([write]))
    expect(outcome._tag).toBe("Written")
  }
  const deadProcess = spawnSync(process.execPath, ["-e", ""]).pid
  const elsewhere = { holder: "other", host: "elsewhere.example", process: 1 }

  test("are one too many: the second is refused for as long as the first lives", async () => {
    const held = toys()
    const first = await Sandbox.start({ storage: held.storage, world })
    for (const replace of [false, true]) {
      expect(await refusal(held.storage, { replace })).toMatchObject({
        _tag: "StorageRefused",
        reason: "InUse",
        message: expect.stringContaining(`process ${process.pid} on ${hostname()}`),
      })
    }
    expect((await send(first.url, "PATCH", "/sandbox/users/1", { body: {} })).status).toBe(200)
    await first.close()
    expect(await exported(held.storage)).toEqual(await asExported(world))
  })

  test("follow each other at once when the first is known to be dead, otherwise when its time is over", async () => {
    const held = toys()
    await exported(held.storage, { world })
    const until = Date.now() + 10_000
    const dead = { holder: "other", host: hostname(), process: deadProcess, until }
    await putLease(held, dead, 0)
    await using _ = await Sandbox.start({ storage: held.storage })
    const other = copyOf(held)
    await putLease(other, { ...elsewhere, until }, 0)
    expect(await refusal(other.storage)).toMatchObject({ reason: "InUse" })
    const over = copyOf(held)
    await putLease(over, { ...elsewhere, until: Date.now() - 1 }, 0)
    expect(await exported(over.storage)).toEqual(await asExported(world))
  })

  test("write nothing side by side: who was taken over answers that, and changes nothing", async () => {
    const held = toys()
    await using first = await Sandbox.start({ storage: held.storage, world })
    const { version } = await leaseOf(held)
    await putLease(held, { ...elsewhere, until: Date.now() + 10_000 }, version)
    const before = copyOf(held)
    const patch = () => send(first.url, "PATCH", "/sandbox/users/1", { body: { name: "N" } })
    expect(await patch()).toMatchObject({
      status: 503,
      json: { error: { code: "unavailable", message: expect.stringContaining("taken over") } },
    })
    const parts = { bearer: accessOf("ada"), body: { target_user_id: idOf("dan") } }
    expect((await send(first.url, "POST", "/2/users/1/following", parts)).status).toBe(503)
    expect((await send(first.url, "PUT", "/sandbox/world", { body: otherWorld })).status).toBe(503)
    expect((await send(first.url, "GET", "/sandbox/health")).status).toBe(200)
    expect(await exported(copyOf(held).storage)).toEqual(await exported(before.storage))
  })
})

describe("a store that fails", () => {
  test("is told to those whose changes it did not take, and gets them later", async () => {
    const held = toys()
    const broken = failingAfter(held, Infinity, "entries")
    const sandbox = await Sandbox.start({ storage: broken.storage, world })
    const { url } = sandbox
    const patch = (body: object) => send(url, "PATCH", "/sandbox/users/ada", { body })
    const mute = () =>
      send(url, "POST", "/2/users/1/muting", {
        bearer: accessOf("ada"),
        body: { target_user_id: idOf("dan") },
      })
    broken.breakAfter(0)
    expect((await patch({ name: "once" })).status).toBe(503)
    expect((await mute()).status).toBe(503)
    expect((await send(url, "PUT", "/sandbox/blocks/cleo/ada")).status).toBe(503)
    // A block that may not be kept has severed nothing.
    expect(held.state.log).toHaveLength(3)
    expect((await send(url, "GET", "/sandbox/users/ada")).status).toBe(200)
    broken.recover()
    expect((await patch({ description: "twice" })).status).toBe(200)
    const left = copyOf(held)
    await sandbox.close()
    await using again = await Sandbox.start({ storage: left.storage })
    const { users } = again.control.world()
    expect(users.byId("1")).toMatchObject({ name: "once", description: "twice" })
    expect(users.mutes.has(idOf("ada"), idOf("dan"))).toBe(true)
    // It was written, and so it is carried through now.
    expect(users.blocks.has(idOf("cleo"), idOf("ada"))).toBe(true)
    expect((await send(again.url, "GET", "/sandbox/relationships/ada/cleo")).json).toMatchObject({
      state: "none",
    })
  })

  test("may have written what it says it did not", async () => {
    const held = toys()
    const { kit } = held
    let lies: (key: string) => boolean = () => false
    const storage = storageOf({
      ...kit,
      journal: {
        ...kit.journal,
        write: (writes) =>
          Effect.flatMap(kit.journal.write(writes), (outcome) =>
            writes.some(({ key }) => lies(key)) ? Effect.fail(outage) : Effect.succeed(outcome),
          ),
      },
    })
    await using sandbox = await Sandbox.start({ storage, world })
    const patch = (name: string) =>
      send(sandbox.url, "PATCH", "/sandbox/users/ada", { body: { name } })
    lies = () => true
    expect((await patch("one")).status).toBe(503)
    expect((await patch("two")).status).toBe(503)
    lies = () => false
    expect((await patch("three")).status).toBe(200)
    expect((await exported(copyOf(held).storage)).users[0]).toMatchObject({ name: "three" })

    // Nor is a world put in the place of another that goes on to be changed.
    lies = (key) => key === "sandbox/world"
    expect((await send(sandbox.url, "PUT", "/sandbox/world", { body: otherWorld })).status).toBe(
      503,
    )
    const follow = () =>
      send(sandbox.url, "POST", "/2/users/1/following", {
        bearer: accessOf("ada"),
        body: { target_user_id: idOf("dan") },
      })
    expect((await follow()).status).toBe(503)
    lies = () => false
    expect((await follow()).status).toBe(200)
    const { relationships } = await exported(copyOf(held).storage)
    expect(relationships).toContainEqual(
      expect.objectContaining({ source: "ada", target: "dan", state: "following" }),
    )
    expect(relationships).toHaveLength(4)
  })
})
