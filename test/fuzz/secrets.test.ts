/**
 * Tokens, secrets and signatures stay where they belong: a server that has seen good and bad requests
 * of every kind has told none of them to its console, in its log of events, or elsewhere.
 */
import fc from "fast-check"
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { afterEach, expect, test } from "vitest"
import { control } from "../support/control.ts"
import { ways } from "../support/fuzz/auth.ts"
import { Range } from "../support/fuzz/range.ts"
import { plain, shot, type Shot } from "../support/fuzz/shots.ts"
import { people, secrets, world } from "../support/fuzz/world.ts"

const main = new URL("../../packages/cli/src/main.ts", import.meta.url).pathname
const ready = /^kith sandbox ready on (http:\/\/127\.0\.0\.1:(\d+))$/m

let child: ChildProcess | undefined
afterEach(() => child?.kill("SIGKILL"))

/** `kith serve`, and all that it ever says. */
const serve = async (): Promise<{
  readonly url: string
  readonly port: number
  readonly said: () => string
  readonly end: () => Promise<unknown>
}> => {
  const server = spawn(process.execPath, [main, "serve", "--port", "0", "--store", "memory"], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  child = server
  let said = ""
  server.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
  const port = new Promise<RegExpExecArray>((resolve, reject) => {
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text
      const found = ready.exec(said)
      if (found !== null) resolve(found)
    })
    server.once("close", () => reject(new Error(`it ended: ${said}`)))
  })
  const [, url = "", digits] = await port
  const end = async () => {
    const closed = once(server, "close")
    server.kill("SIGTERM")
    const [code] = await closed
    return code
  }
  return { url, port: Number(digits), said: () => said, end }
}

/** Every way to say who asks, on both surfaces, and a handful of everything else. */
const shots: ReadonlyArray<Shot> = [
  ...Object.keys(ways).flatMap((way) =>
    ["create", "follow", "followers", "requestToken", "token"].map((act) => ({
      ...plain,
      act,
      way,
    })),
  ),
  ...fc.sample(shot, { numRuns: 600, seed: 1 }),
]

test("tells its console, its events and its errors no token, secret or signature", async () => {
  const server = await serve()
  const range = await Range.open(server.port, world)
  const target = await range.begin()
  // Refusals are looked into as they come.
  for (const one of shots) await target.fire(one)
  range.close()

  const held = control(server.url)
  const text = async (path: string): Promise<string> =>
    (await fetch(`${server.url}/sandbox/${path}`)).text()
  const edges = people.slice(1).map(({ id }) => text(`relationships/${people[0]?.id}/${id}`))
  await held.call("POST", "faults", { effect: { status: 500, body: "broken" }, times: 1 })
  const told = [
    await text("events"),
    await text("faults"),
    await text("openapi.json"),
    await text(`users/${people[0]?.id}`),
    ...(await Promise.all(edges)),
  ].join("\n")
  expect(told).toContain('"Followed"')
  expect(await server.end()).toBe(0)

  const kept = [...secrets, target.spent.expired, target.spent.revoked]
  expect(kept.filter((secret) => told.includes(secret))).toEqual([])
  // What it says when it is ready is of another world, the one that it began with.
  expect(kept.filter((secret) => server.said().includes(secret))).toEqual([])
  expect(server.said()).not.toMatch(/oauth_signature|\n\s+at /)
})
