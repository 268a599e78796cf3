/**
 * Bytes that an edge takes, all in: its state, its place in both ordered lists, the counts, the index,
 * its users' share, and a log with one event and its whole envelope; against a `Map` of plain objects
 * that has nothing but the state.
 */
import { MemoryStore } from "@kith/memory-adapter"
import { fork } from "node:child_process"
import { once } from "node:events"
import * as Effect from "effect/Effect"
import type { Benchmark, Figure } from "./harness.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"

const sizes = [1_000_000, 5_000_000]
const goal = 110

/** What is used after the garbage is gone; buffers count, wherever they live. */
const used = (): number => {
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

const kithBytes = (edges: number): number => {
  const graph = graphs.make(edges)
  const before = used()
  const store = Effect.runSync(MemoryStore.make())
  kith.fill(store, graph, edges)
  const after = used()
  // The store and the graph have to live until here.
  Effect.runSync(store.counts(kith.pair(graph, 0)[0]))
  return (after - before) / edges
}

const mapBytes = (edges: number): number => {
  const graph = graphs.make(edges)
  const before = used()
  const map = new Map<string, object>()
  for (let edge = 0; edge < edges; edge++) {
    const [source, target] = kith.pair(graph, edge)
    map.set(`${source}:${target}`, { type: "following", retweets: true, notifications: false })
  }
  const after = used()
  if (map.size !== graph.sources.length) throw new Error("edges are missing")
  return (after - before) / edges
}

/** Each measurement has a process of its own, with a heap that nothing else was in. */
const measure = async (what: "kith" | "map", edges: number): Promise<number> => {
  const child = fork(import.meta.filename, [what, String(edges)], {
    execArgv: ["--expose-gc", "--max-old-space-size=12288"],
  })
  const [bytes] = await once(child, "message")
  return Number(bytes)
}

const figure = async (edges: number): Promise<ReadonlyArray<Figure>> => {
  const ours = await measure("kith", edges)
  const theirs = await measure("map", edges)
  const text = edges.toLocaleString("en")
  return [
    {
      name: `bytes an edge at ${text} edges, against ${goal}`,
      ours: `${ours.toFixed(1)} B`,
      theirs: `${goal} B`,
      ratio: ours / goal,
      goal: { atMost: 1 },
    },
    {
      name: `bytes an edge at ${text} edges, against a Map of states alone`,
      ours: `${ours.toFixed(1)} B`,
      theirs: `${theirs.toFixed(1)} B`,
      ratio: ours / theirs,
    },
  ]
}

const benchmark: Benchmark = {
  title: "memory",
  run: async () => {
    const figures: Array<Figure> = []
    for (const edges of sizes) figures.push(...(await figure(edges)))
    return figures
  },
}

export default benchmark

const [, , what, edges] = process.argv
if (process.send !== undefined && (what === "kith" || what === "map")) {
  process.send((what === "kith" ? kithBytes : mapBytes)(Number(edges)))
}
