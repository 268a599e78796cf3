/**
 * A walk over a million followers through the adapter, against paging by hand: CPU time of the process
 * that walks, and by how much it grows. The sandbox that is walked has a process of its own.
 */
import { RelationshipRemote, RemoteWalk, UserId } from "@kith/core"
import { Credentials, XRemote } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import { fork } from "node:child_process"
import { once } from "node:events"
import { type Benchmark, type Contender, slower, type Times, takeTurns, timed } from "./harness.ts"
import { bearerToken, listeners, sourceId } from "./support/crowd.ts"

const rounds = 5
const warmups = 1
const pageSize = 1_000
const megabyte = 1024 * 1024

const user = UserId.make(sourceId(0))

const serve = async (): Promise<string> => {
  const child = fork(new URL("support/serve.ts", import.meta.url), ["audience"], {
    execArgv: ["--max-old-space-size=6144"],
  })
  const [{ port }] = await once(child, "message")
  return `http://127.0.0.1:${port}`
}

interface Page {
  readonly data?: ReadonlyArray<{ readonly id: string }>
  readonly meta: { readonly next_token?: string }
}

const complete = (count: number): void => {
  if (count !== listeners) throw new Error(`the walk saw ${count} of ${listeners}`)
}

/** What one writes by hand: fetch, read, take the ids out, go on; without time-outs and checks. */
const byHand = async (origin: string, seen: (count: number) => void): Promise<void> => {
  let token: string | undefined
  let count = 0
  do {
    const next = token === undefined ? "" : `&pagination_token=${token}`
    const response = await fetch(
      `${origin}/2/users/${user}/followers?max_results=${pageSize}${next}`,
      { headers: { authorization: `Bearer ${bearerToken}` } },
    )
    const page: Page = JSON.parse(await response.text())
    const ids = (page.data ?? []).map(({ id }) => id)
    count += ids.length
    seen(count)
    token = page.meta.next_token
  } while (token !== undefined)
  complete(count)
}

const remote = (origin: string) =>
  XRemote.layer({ mode: "v2", origin, limits: {} }).pipe(
    Layer.provide(
      Credentials.layerAppOnly({ app: "bench", bearerToken: Redacted.make(bearerToken) }),
    ),
    Layer.provide(MemoryJournal.layer),
  )

const walk = (seen: (count: number) => void) =>
  Effect.gen(function* () {
    const x = yield* RelationshipRemote.RelationshipRemote
    let count = 0
    yield* Stream.runForEach(RemoteWalk.walk(x, "followers", user, { limit: pageSize }), (page) =>
      Effect.sync(() => {
        count += page.users.length
        seen(count)
      }),
    )
    complete(count)
  })

const nothing = (): void => undefined

const bare: Contender = async () => {
  const origin = await serve()
  return () => timed(listeners, () => byHand(origin, nothing))
}

const adapter: Contender = async () => {
  const runtime = ManagedRuntime.make(remote(await serve()))
  return () => timed(listeners, () => runtime.runPromise(walk(nothing)))
}

/** What is in use once garbage is gone. */
const inUse = (): number => {
  globalThis.gc?.()
  const { arrayBuffers, external, heapUsed } = process.memoryUsage()
  return heapUsed + external + arrayBuffers
}

/** Megabytes by which the process grew at most, from the first pages to any later one. */
const growth: Contender = async () => {
  const runtime = ManagedRuntime.make(remote(await serve()))
  return async () => {
    let base = 0
    let most = 0
    await runtime.runPromise(
      walk((count) => {
        if (count % (listeners / 20) !== 0) return
        if (base === 0) base = inUse()
        else most = Math.max(most, inUse() - base)
      }),
    )
    return most / megabyte
  }
}

export const contenders: Readonly<Record<string, Contender>> = { bare, adapter, growth }

const grown = (times: Times): number => Math.max(...(times.get("growth") ?? []))

const benchmark: Benchmark = {
  title: "a walk over a million followers, a thousand a page",
  run: async () => {
    const times = await takeTurns(import.meta.filename, ["bare", "adapter"], rounds, warmups)
    const sizes = await takeTurns(import.meta.filename, ["growth"], 1, 0)
    const most = grown(sizes)
    return [
      slower("RemoteWalk, for each follower, against fetch by hand", times, "adapter", "bare", 1.2),
      {
        name: "growth from 50,000 followers to 1,000,000, MiB against 64",
        ours: `${most.toFixed(1)} MiB`,
        theirs: "64 MiB",
        ratio: most / 64,
        goal: { atMost: 1 },
      },
    ]
  },
}

export default benchmark
