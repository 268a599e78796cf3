/**
 * `Relationships.execute`, one command after the other, each to an edge of its own.
 *
 * Everybody holds 100,000 edges before the first round. Kith is asked as its users do: in one fiber,
 * and with a promise for each command. The others have no such choice.
 */
import type { Command } from "@kith/core"
import * as Effect from "effect/Effect"
import { type Benchmark, type Contender, faster, slower, takeTurns, timed } from "./harness.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"

const held = 100_000
const users = held / 20
const share = 5_000
const rounds = 21
const warmups = 10
/** How many commands everybody carries out on stores that are thrown away, so that code is compiled. */
const practice = 60_000

/** What every peer can do. */
interface Peer {
  readonly execute: (source: string, target: string) => Promise<unknown>
  readonly fill: (source: string, target: string) => Promise<unknown>
}

interface Row {
  readonly version: number
  readonly state: {
    readonly type: string
    readonly retweets: boolean
    readonly notifications: boolean
  }
  readonly events: ReadonlyArray<object>
}

/** What one writes before thinking of a library: a `Map` with version, state and events. */
const bareMap = (): Peer => {
  const rows = new Map<string, Row>()
  const execute = async (source: string, target: string): Promise<object> => {
    const key = `${source}:${target}`
    const row = rows.get(key)
    if (row?.state.type === "following") return { changed: false, row }
    const next: Row = {
      version: (row?.version ?? 0) + 1,
      state: { type: "following", retweets: true, notifications: false },
      events: [
        ...(row?.events ?? []),
        { type: "Followed", data: { retweets: true, notifications: false } },
      ],
    }
    rows.set(key, next)
    return { changed: true, row: next }
  }
  return { execute, fill: execute }
}

const peerOf = async (name: string): Promise<Peer> => {
  const module: { readonly make: () => Peer } = await import(`./peers/${name}.mjs`)
  return module.make()
}

const graphOf = (size: number): graphs.Graph => graphs.make(held + size * (rounds + warmups), users)

/** Each round takes the next commands of its own; the graph has enough of them for all rounds. */
const sharesOf = (graph: graphs.Graph, size: number) => {
  let next = held
  return () => {
    const begin = next
    next += size
    return kith.follows(graph, begin, next)
  }
}

const follow = async (peer: Peer, commands: Commands): Promise<void> => {
  for (const { source, target } of commands) await peer.execute(source, target)
}

const others =
  (load: () => Promise<Peer>, size: number): Contender =>
  async () => {
    const practiceRun = Math.min(practice, 10 * size)
    await follow(await load(), kith.follows(graphs.make(practiceRun), 0, practiceRun))
    const graph = graphOf(size)
    const peer = await load()
    for (let edge = 0; edge < held; edge++) {
      await peer.fill(...kith.pair(graph, edge))
    }
    const next = sharesOf(graph, size)
    return () => {
      const commands = next()
      return timed(size, () => follow(peer, commands))
    }
  }

const ours =
  (work: (service: kith.Service, commands: Commands) => Promise<unknown>): Contender =>
  async () => {
    await kith.practise(work, practice)
    const graph = graphOf(share)
    const service = await kith.make(graph, held)
    const next = sharesOf(graph, share)
    return () => {
      const commands = next()
      return timed(share, () => work(service, commands))
    }
  }

type Commands = ReadonlyArray<Command.Command>

const inOneFiber = (service: kith.Service, commands: Commands): Promise<void> =>
  Effect.runPromise(
    Effect.gen(function* () {
      for (const command of commands) yield* service.execute(command)
    }),
  )

const byPromise = async (service: kith.Service, commands: Commands): Promise<void> => {
  for (const command of commands) await Effect.runPromise(service.execute(command))
}

export const contenders: Readonly<Record<string, Contender>> = {
  kith: ours(inOneFiber),
  "kith, promises": ours(byPromise),
  map: others(async () => bareMap(), share),
  castore: others(() => peerOf("castore"), share),
  emmett: others(() => peerOf("emmett"), 40),
}

const benchmark: Benchmark = {
  title: "one command after the other, distinct edges, 100,000 held",
  peers: true,
  run: async () => {
    const times = await takeTurns(import.meta.filename, Object.keys(contenders), rounds, warmups)
    return [
      faster("execute, against a bare Map behind an async function", times, "kith", "map", 0.5),
      faster("execute, against castore 2.4.2", times, "kith", "castore", 5),
      faster("execute, against Emmett 0.42.0", times, "kith", "emmett", 200),
      faster("execute with a promise each, against a bare Map", times, "kith, promises", "map"),
      slower("execute with a promise each, against one fiber", times, "kith, promises", "kith"),
    ]
  },
}

export default benchmark
