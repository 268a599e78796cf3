/** What a sandbox begins with, and what it refuses to begin with. */
import { Sandbox, WorldFile } from "@kith/sandbox"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { expect, test } from "vitest"

const world: NonNullable<Sandbox.Options["world"]> = {
  apps: [],
  users: [
    { id: "1", username: "ada", name: "Ada" },
    { id: "2", username: "bea", name: "Bea", protected: true },
  ],
  tokens: [],
  relationships: [{ source: "ada", target: "bea", state: "pending" }],
  blocks: [],
}

test("begins with a world as a file has it", async () => {
  await using sandbox = await Sandbox.start({ world })
  const reply = await fetch(`${sandbox.url}/sandbox/relationships/1/2`)
  expect(await reply.json()).toMatchObject({ state: "pending" })
})

test("tells every mistake of a world, with its path, and begins nothing", async () => {
  const [ada] = world.users
  const wrong = {
    ...world,
    users: [ada, { id: "x", username: "bea", name: "Bea" }],
    relationships: [{ source: "ada", target: "cleo", state: "pending" as const }],
  }
  const error = await Sandbox.start({ world: JSON.parse(JSON.stringify(wrong)) }).catch(
    (reason: unknown) => reason,
  )
  expect(error).toMatchObject({ _tag: "InvalidWorld", retryable: false })
  expect(String(error)).toMatch(/users\[1\]\.id: .*\n.*relationships\[0\]\.target: /u)
})

test("refuses what is no world at all", async () => {
  await expect(Sandbox.start({ world: JSON.parse("[]") })).rejects.toMatchObject({
    _tag: "InvalidWorld",
  })
})

test("takes a decoded world as it is", async () => {
  const decoded = Effect.runSync(Effect.fromResult(WorldFile.decode(world)))
  expect(Result.getOrThrow(WorldFile.decode(decoded))).toBe(decoded)
  await using sandbox = await Sandbox.start({ world: decoded })
  expect((await fetch(`${sandbox.url}/sandbox/users/1`)).status).toBe(200)
})
