/**
 * A walk over a million followers through the adapter, against paging by hand: CPU time of the process
 * that walks, and by how much it grows. The sandbox that is walked has a process of its own.
 *
 * Both walk the same list in one process, and take turns every few pages: what it costs to fetch a page
 * differs from process to process and from second to second by more than the adapter adds to it.
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

const pageSize = 1_000
/** How many pages one of them walks before it is the other's turn. */
const stretch = 50
/** Turns, both sides together; one walk of each before those that count. */
const turnsOfWalk = (2 * listeners) / (stretch * pageSize)
const rounds = 5 * turnsOfWalk
const warmups = turnsOfWalk
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

/** How far a walk has come. */
interface Place {
  readonly cursor: string | undefined
  readonly count: number
}

const beginning: Place = { cursor: undefined, count: 0 }

const complete = (count: number): void => {
  if (count !== listeners) throw new Error(`the walk saw ${count} of ${listeners}`)
}

/** What one writes by hand: fetch, read, take the ids out, go on; without time-outs and checks. */
const byHand = async (origin: string, from: Place): Promise<Place> => {
  let { count, cursor } = from
  for (let pages = 0; pages < stretch; pages++) {
    const next = cursor === undefined ? "" : `&pagination_token=${cursor}`
    const response = await fetch(
      `${origin}/2/users/${user}/followers?max_results=${pageSize}${next}`,
      { headers: { authorization: `Bearer ${bearerToken}` } },
    )
    const page: Page = JSON.parse(await response.text())
    const ids = (page.data ?? []).map(({ id }) => id)
    count += ids.length
    cursor = page.meta.next_token
    if (cursor === undefined) break
  }
  return { cursor, count }
}

const remote = (origin: string) =>
  XRemote.layer({ mode: "v2", origin, limits: {} }).pipe(
    Layer.provide(
      Credentials.layerAppOnly({ app: "bench", bearerToken: Redacted.make(bearerToken) }),
    ),
    Layer.provide(MemoryJournal.layer),
  )

const pages = (cursor?: string) =>
  Stream.unwrap(
    Effect.map(RelationshipRemote.RelationshipRemote, (x) =>
      RemoteWalk.walk(x, "followers", user, { limit: pageSize, cursor }),
    ),
  )

const withAdapter = (from: Place) =>
  Effect.suspend(() => {
    let { count, cursor } = from
    return pages(cursor).pipe(
      Stream.take(stretch),
      Stream.runForEach(({ next, users }) =>
        Effect.sync(() => {
          count += users.length
          cursor = next
        }),
      ),
      Effect.map((): Place => ({ cursor, count })),
    )
  })

/** A turn of one side, then one of the other. */
const inTurn: Contender = async () => {
  const origin = await serve()
  const runtime = ManagedRuntime.make(remote(origin))
  const sides = [
    { place: beginning, go: (from: Place) => byHand(origin, from) },
    { place: beginning, go: (from: Place) => runtime.runPromise(withAdapter(from)) },
  ]
  return async () => {
    const side = sides.shift()
    if (side === undefined) throw new Error("a turn began during another")
    const time = await timed(stretch * pageSize, async () => {
      side.place = await side.go(side.place)
    })
    const { count, cursor } = side.place
    if (cursor === undefined) {
      complete(count)
      side.place = beginning
    }
    sides.push(side)
    return time
  }
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
    let count = 0
    let most = 0
    await runtime.runPromise(
      Stream.runForEach(pages(), ({ users }) =>
        Effect.sync(() => {
          count += users.length
          if (count % (listeners / 20) !== 0) return
          if (base === 0) base = inUse()
          else most = Math.max(most, inUse() - base)
        }),
      ),
    )
    complete(count)
    return most / megabyte
  }
}

export const contenders: Readonly<Record<string, Contender>> = { inTurn, growth }

/** The times of each side, of which `bare` begins. */
const ofSides = (times: Times): Times => {
  const all = times.get("inTurn") ?? []
  return new Map([
    ["bare", all.filter((_, turn) => turn % 2 === 0)],
    ["adapter", all.filter((_, turn) => turn % 2 === 1)],
  ])
}

const grown = (times: Times): number => Math.max(...(times.get("growth") ?? []))

const benchmark: Benchmark = {
  title: "a walk over a million followers, a thousand a page",
  run: async () => {
    const turns = await takeTurns(import.meta.filename, ["inTurn"], rounds, warmups)
    const times = ofSides(turns)
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
