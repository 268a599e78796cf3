/**
 * Pages of 1,000 of a long list: the first, and the last.
 *
 * Both are read in one process, in turns: they run the same code on the same store, so that nothing
 * but the place of the page can make a difference.
 */
import type { Page } from "@kith/core"
import { MemoryStore } from "@kith/memory-adapter"
import { fork } from "node:child_process"
import { once } from "node:events"
import * as Effect from "effect/Effect"
import { type Benchmark, duration, median, timed } from "./harness.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"

const edges = 1_000_000
const limit = 1_000
const pages = 200
const rounds = 25
const warmups = 5

/** Backwards from the oldest entry: the deepest page there is. */
const oldest: Page.Bound = { direction: "newer", than: 0 }

/** Nanoseconds for each row of the first and the last page, in each round. */
type Times = ReadonlyArray<readonly [first: number, last: number]>

const measure = async (): Promise<Times> => {
  const graph = graphs.make(edges)
  const store = Effect.runSync(MemoryStore.make())
  kith.fill(store, graph, edges)
  // The user with the most followers.
  const [, popular] = kith.pair(graph, graph.targets.indexOf(0))
  const read = (bound: Page.Bound | undefined): Promise<number> => {
    const page = store.list("followers", popular, limit, bound)
    return timed(pages * limit, () =>
      Effect.runPromise(
        Effect.gen(function* () {
          for (let count = 0; count < pages; count++) {
            const { entries } = yield* page
            if (entries.length !== limit) throw new Error(`the page has ${entries.length} rows`)
          }
        }),
      ),
    )
  }
  const times: Array<readonly [number, number]> = []
  for (let round = 0; round < rounds + warmups; round++) {
    const first = await read(undefined)
    const last = await read(oldest)
    if (round >= warmups) times.push([first, last])
  }
  return times
}

const rowsPerSecond = 2_000_000

const benchmark: Benchmark = {
  title: "a page of 1,000 of the most popular of 50,000 users",
  run: async () => {
    const child = fork(import.meta.filename, ["measure"])
    const [answer] = await once(child, "message")
    const times: Times = answer
    const first = median(times.map(([time]) => time))
    const last = median(times.map(([, time]) => time))
    const slower = Math.max(first, last)
    return [
      {
        name: "a row of the last page, against one of the first",
        ours: duration(last),
        theirs: duration(first),
        ratio: median(times.map(([one, other]) => other / one)),
        goal: { atMost: 1.5 },
      },
      {
        name: "rows a second, against 2,000,000",
        ours: `${(1000 / slower).toPrecision(3)} M`,
        theirs: "2 M",
        ratio: 1e9 / slower / rowsPerSecond,
        goal: { atLeast: 1 },
      },
    ]
  },
}

export default benchmark

if (process.send !== undefined && process.argv[2] === "measure") {
  process.send(await measure())
  process.disconnect()
}
