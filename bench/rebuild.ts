/**
 * Making the states, lists and counts anew from the log, against merely reading the log by hand: events
 * a second of time on the clock. A quarter of the events ends what another began.
 */
import { Command, Upkeep, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  type Benchmark,
  type Contender,
  faster,
  type Figure,
  median,
  takeTurns,
  type Times,
} from "./harness.ts"
import * as postgresByHand from "./support/by-hand-postgres.ts"
import * as sqliteByHand from "./support/by-hand-sqlite.ts"
import * as databases from "./support/databases.ts"
import * as durable from "./support/durable.ts"
import { elapsed } from "./support/elapsed.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"
import * as stores from "./support/stores.ts"
import * as temporary from "./support/temporary.ts"

const follows = 150_000
const unfollows = 50_000
const events = follows + unfollows
const batch = 1_000
const rounds = 3
const warmups = 1

const pairs = (count: number): ReadonlyArray<durable.Pair> => {
  const graph = graphs.make(count)
  return Array.from({ length: count }, (_, edge) => kith.pair(graph, edge))
}

const unfollow = ([source, target]: durable.Pair) =>
  [Command.unfollow(UserId.make(source), UserId.make(target))] as const

const rebuild =
  (open: () => Promise<stores.Store>): Contender =>
  async () => {
    const layer = await open()
    const store = await durable.open(layer)
    const followed = pairs(follows)
    await durable.fill(store, followed)
    await store.run(store.service.executeAll(followed.slice(0, unfollows).map(unfollow)))
    await store.close()
    const rebuilding = Effect.flatMap(Upkeep.Upkeep, ({ rebuild: again }) => Stream.runDrain(again))
    const run = Effect.provide(rebuilding, layer)
    return () => elapsed(events, () => Effect.runPromise(run))
  }

interface ByHand {
  readonly followAll: (pairs: ReadonlyArray<durable.Pair>) => unknown
  readonly scan: () => number | Promise<number>
}

const scan =
  (open: () => Promise<ByHand>): Contender =>
  async () => {
    const store = await open()
    const followed = pairs(events)
    for (let from = 0; from < events; from += batch) {
      await store.followAll(followed.slice(from, from + batch))
    }
    return () =>
      elapsed(events, async () => {
        const count = await store.scan()
        if (count !== events) throw new Error(`the scan saw ${count} events`)
      })
  }

const newFile = (): string => `${temporary.folder()}/bench.db`

export const contenders: Readonly<Record<string, Contender>> = {
  sqlite: rebuild(async () => stores.layer(newFile())),
  "sqlite scan": scan(async () => sqliteByHand.whole(newFile())),
  postgres: rebuild(async () => stores.layer(await databases.named("rebuild"))),
  "postgres scan": scan(async () =>
    postgresByHand.open(await databases.named("scan"), postgresByHand.whole, 1),
  ),
}

const perSecond = (times: Times, name: string): number => 1e9 / median(times.get(name) ?? [])
const rate = (value: number): string => `${Math.round(value / 1_000)},000/s`

const pace = (name: string, times: Times, ours: string, goal: number): Figure => ({
  name,
  ours: rate(perSecond(times, ours)),
  theirs: rate(goal),
  ratio: perSecond(times, ours) / goal,
  goal: { atLeast: 1 },
})

const figures = async (): Promise<ReadonlyArray<Figure>> => {
  const sqlite = await takeTurns(import.meta.filename, ["sqlite", "sqlite scan"], rounds, warmups)
  const postgres = await takeTurns(
    import.meta.filename,
    ["postgres", "postgres scan"],
    rounds,
    warmups,
  )
  return [
    pace("SQLite, events a second", sqlite, "sqlite", 200_000),
    faster(
      "SQLite, for each event, against a bare scan by hand",
      sqlite,
      "sqlite",
      "sqlite scan",
      0.3,
    ),
    pace("PostgreSQL, events a second", postgres, "postgres", 100_000),
    faster(
      "PostgreSQL, for each event, against a bare scan by hand",
      postgres,
      "postgres",
      "postgres scan",
      0.3,
    ),
  ]
}

const benchmark: Benchmark = {
  title: "rebuilding states, lists and counts of 200,000 events",
  run: () => databases.within(figures),
}

export default benchmark
