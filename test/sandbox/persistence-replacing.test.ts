/** How a sandbox on a storage puts one world in the place of another: whole, or not at all. */
import { Sandbox } from "@kith/sandbox"
import { Effect } from "effect"
import { describe, expect, test } from "vitest"
import { accessOf, idOf, otherWorld, picture, send, world } from "./persistence-support.ts"
import {
  asExported,
  copyOf,
  exported,
  failingAfter,
  refusal,
  storageOf,
  toys,
} from "./persistence-toys.ts"

describe("a world that takes the place of another", () => {
  const replacing = ["PUT", "/sandbox/world", { body: otherWorld }] as const
  const resetting = ["POST", "/sandbox/reset", {}] as const

  /** A world in which things have happened. */
  const changed = async () => {
    const held = toys()
    await using sandbox = await Sandbox.start({ storage: held.storage, world })
    const { url } = sandbox
    const body = { command: { _tag: "Follow", source: idOf("cleo"), target: idOf("ada") } }
    await send(url, "POST", "/sandbox/commands", { body })
    await send(url, "PATCH", "/sandbox/users/ada", { body: { description: "changed" } })
    await send(url, "PUT", "/sandbox/blocks/dan/ada")
    await send(url, "POST", "/sandbox/clock", { body: { advanceSeconds: 1_000 } })
    return { held, before: await picture(url) }
  }

  test("is all there is, and positions go on", async () => {
    const { held } = await changed()
    const last = held.state.last
    const sandbox = await Sandbox.start({ storage: held.storage })
    const [method, path, parts] = replacing
    expect((await send(sandbox.url, method, path, parts)).json).toMatchObject({ relationships: 2 })
    const running = await picture(sandbox.url)
    expect(running.exported).toEqual(await asExported(otherWorld))
    expect(JSON.parse(running.log.split("\n")[0] ?? "")).toMatchObject({ position: last + 1 })
    expect((await send(sandbox.url, "GET", "/2/users/1", { bearer: accessOf("dan") })).status).toBe(
      401,
    )
    // The clock stays as it was moved.
    expect(sandbox.control.world().clock.offset()).toBe(1_000_000)
    await sandbox.close()
    await using again = await Sandbox.start({ storage: held.storage })
    expect(await picture(again.url)).toEqual(running)
    expect(again.control.world().clock.offset()).toBe(1_000_000)
    const entries = await Effect.runPromise(held.kit.journal.scan("sandbox/", 1_000))
    // Nothing of the world before is left.
    expect(entries.filter(({ key }) => key.startsWith("sandbox/1/"))).toEqual([])
  })

  test("is the one that was given last, after a reset in a later life", async () => {
    const { held } = await changed()
    await using sandbox = await Sandbox.start({ storage: held.storage })
    expect((await send(sandbox.url, "POST", "/sandbox/reset")).status).toBe(200)
    expect((await picture(sandbox.url)).exported).toEqual(await asExported(world))
    expect(sandbox.control.world().clock.offset()).toBe(0)
    await sandbox.close()
    expect(await exported(held.storage)).toEqual(await asExported(world))
  })

  for (const [title, [method, path, parts]] of [
    ["put in its place", replacing],
    ["reset", resetting],
  ] as const) {
    test(`is the old or the new one, whole, when the process dies at any moment of being ${title}`, async () => {
      const outcomes = new Map<string, number>()
      for (let writes = 0; ; writes++) {
        const { held, before } = await changed()
        const broken = failingAfter(held, Infinity)
        const sandbox = await Sandbox.start({ storage: broken.storage })
        broken.breakAfter(writes)
        const answer = await send(sandbox.url, method, path, parts)
        const left = copyOf(held)
        const failed = answer.status !== 200
        expect(answer.status).toBe(failed ? 503 : 200)
        broken.recover()
        await sandbox.close()

        await using again = await Sandbox.start({ storage: left.storage })
        const after = await picture(again.url)
        const isOld = JSON.stringify(after) === JSON.stringify(before)
        const expected = await asExported(method === "PUT" ? otherWorld : world)
        if (!isOld) expect(after.exported).toEqual(expected)
        if (!failed) expect(isOld).toBe(false)
        const isReset = !isOld && method === "POST"
        expect(again.control.world().clock.offset()).toBe(isReset ? 0 : 1_000_000)
        const which = isOld ? "old" : "new"
        outcomes.set(which, (outcomes.get(which) ?? 0) + 1)
        if (!failed) break
      }
      // The old one until the state names the new one, which takes two writes.
      expect(outcomes.get("old")).toBeGreaterThanOrEqual(2)
      expect(outcomes.get("new")).toBeGreaterThanOrEqual(5)
    })
  }

  test("can be put there again when that failed, and until then nobody sees half of it", async () => {
    const { held } = await changed()
    const broken = failingAfter(held, Infinity)
    await using sandbox = await Sandbox.start({ storage: broken.storage })
    broken.breakAfter(3)
    const [method, path, parts] = replacing
    expect((await send(sandbox.url, method, path, parts)).status).toBe(503)
    expect((await send(sandbox.url, "GET", "/sandbox/world")).status).toBe(503)
    expect((await send(sandbox.url, "GET", "/2/users/1", { bearer: accessOf("ada") })).status).toBe(
      503,
    )
    broken.recover()
    expect((await send(sandbox.url, "POST", "/sandbox/reset")).status).toBe(200)
    expect((await picture(sandbox.url)).exported).toEqual(await asExported(otherWorld))
  })

  test("waits for the requests that are on their way", async () => {
    const { held } = await changed()
    const release = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    let cleared = 0
    const clear = Effect.andThen(
      Effect.sync(() => {
        cleared++
      }),
      held.kit.upkeep.clear,
    )
    const storage = storageOf({
      ...held.kit,
      upkeep: { ...held.kit.upkeep, clear },
      store: {
        ...held.kit.store,
        history: (edge) =>
          Effect.andThen(
            Effect.promise(() => {
              begun.resolve()
              return release.promise
            }),
            held.kit.store.history(edge),
          ),
      },
    })
    await using sandbox = await Sandbox.start({ storage })
    const asked = send(sandbox.url, "GET", "/sandbox/relationships/cleo/ada")
    await begun.promise
    const replaced = send(sandbox.url, ...replacing)
    // Time enough for what would not wait.
    for (let calls = 0; calls < 30; calls++) await send(sandbox.url, "GET", "/sandbox/health")
    expect(cleared).toBe(0)
    release.resolve()
    expect((await asked).json).toMatchObject({ state: "following", history: [{ version: 1 }] })
    expect((await replaced).status).toBe(200)
    expect(cleared).toBe(1)
  })

  test("makes requests wait that come meanwhile, and answers them with itself", async () => {
    const { held } = await changed()
    const release = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const clear = Effect.andThen(
      Effect.promise(() => {
        begun.resolve()
        return release.promise
      }),
      held.kit.upkeep.clear,
    )
    const storage = storageOf({ ...held.kit, upkeep: { ...held.kit.upkeep, clear } })
    await using sandbox = await Sandbox.start({ storage })
    const replaced = send(sandbox.url, ...replacing)
    await begun.promise
    let isAnswered = false
    const answer = send(sandbox.url, "GET", "/sandbox/world").finally(() => {
      isAnswered = true
    })
    expect((await send(sandbox.url, "GET", "/sandbox/health")).status).toBe(200)
    expect(isAnswered).toBe(false)
    release.resolve()
    expect((await replaced).status).toBe(200)
    expect((await answer).json).toEqual(await asExported(otherWorld))
  })

  test("begins anew from its file when the storage was being filled as the process died", async () => {
    for (let writes = 0; ; writes++) {
      const held = toys()
      const broken = failingAfter(held, writes)
      const outcome = await refusal(broken.storage, { world })
      const left = copyOf(held)
      // The same command again, and one without a world.
      const isBegun = left.state.log.length > 0
      expect(await exported(copyOf(left).storage, isBegun ? {} : { world })).toEqual(
        await asExported(world),
      )
      if (outcome === "not refused") break
      expect(outcome).toMatchObject({ _tag: "StoreError" })
      expect(await exported(left.storage, { world })).toEqual(await asExported(world))
    }
  })

  test("comes after the requests that were on their way, and before those that came later", async () => {
    const { held } = await changed()
    await using sandbox = await Sandbox.start({ storage: held.storage })
    const { url } = sandbox
    const follow = (source: string, target: string) =>
      send(url, "POST", `/2/users/${idOf(source)}/following`, {
        bearer: accessOf(source),
        body: { target_user_id: idOf(target) },
      })
    const answers = await Promise.all([
      ...Array.from({ length: 20 }, () => follow("cleo", "dan")),
      send(url, ...replacing),
      ...Array.from({ length: 20 }, () => follow("cleo", "eve")),
      ...Array.from({ length: 20 }, () => follow("ada", "eve")),
    ])
    // The other world has no tokens of cleo's.
    for (const { status } of answers) expect([200, 401]).toContain(status)
    const { relationships } = (await send(url, "GET", "/sandbox/world")).json
    const sources = relationships.map(({ source }: { source: string }) => source)
    expect(sources).not.toContain("cleo")
    expect(sources).toEqual(expect.arrayContaining(["bea", "eve"]))
  })
})
