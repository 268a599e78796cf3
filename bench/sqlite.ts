/**
 * The store in a file of SQLite against the same work by hand on `node:sqlite`, and against Emmett:
 * durable at each commit, on a real disk, time on the clock.
 *
 * Kith is asked as its users ask it: commands to the whole service, without ids of their own.
 */
import type { Page } from "@kith/core"
import { statSync } from "node:fs"
import {
  type Benchmark,
  type Contender,
  duration,
  faster,
  type Figure,
  median,
  slower,
  takeTurns,
  type Times,
} from "./harness.ts"
import * as byHand from "./support/by-hand-sqlite.ts"
import * as durable from "./support/durable.ts"
import { elapsed } from "./support/elapsed.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"
import * as peers from "./support/peer.ts"
import * as stores from "./support/stores.ts"
import * as temporary from "./support/temporary.ts"

const rounds = 15
/** Until code is compiled, on both sides. */
const warmups = 8
/** Edges that everybody but Emmett holds before the first round; Emmett would take minutes. */
const held = 20_000
const users = 5_000

const oneByOne = 400
const atOnce = 3_200
const inFlight = 64
const batch = 100

const listLength = 200_000
const limit = 1_000
const pages = 50

const sized = 100_000

type Pairs = ReadonlyArray<durable.Pair>

const newFile = (): string => `${temporary.folder()}/bench.db`

const openKith = (file: string): Promise<durable.Kith> => durable.open(stores.layer(file))

/** The edges of each round, behind those that are held. */
const sharesOf = (share: number) => {
  const graph = graphs.make(held + share * (rounds + warmups), users)
  const slice = (from: number, to: number): Pairs =>
    Array.from({ length: to - from }, (_, index) => kith.pair(graph, from + index))
  let next = held
  return { first: slice(0, held), next: () => slice(next, (next += share)) }
}

type Work = (store: durable.Kith, pairs: Pairs) => Promise<void>

const ours =
  (share: number, work: Work): Contender =>
  async () => {
    const store = await openKith(newFile())
    const { first, next } = sharesOf(share)
    await durable.fill(store, first)
    return () => {
      const pairs = next()
      return elapsed(share, () => work(store, pairs))
    }
  }

const hand =
  (make: (file: string) => byHand.ByHand, share: number, perTransaction: number): Contender =>
  async () => {
    const store = make(newFile())
    const { first, next } = sharesOf(share)
    store.followAll(first)
    return () => {
      const pairs = next()
      return elapsed(share, () => {
        if (perTransaction === 1) for (const pair of pairs) store.follow(...pair)
        else {
          for (let from = 0; from < share; from += perTransaction) {
            store.followAll(pairs.slice(from, from + perTransaction))
          }
        }
      })
    }
  }

const emmett =
  (singleton: boolean, share: number): Contender =>
  async () => {
    const peer = await peers.open("emmett-sqlite", newFile(), singleton)
    const { next } = sharesOf(share)
    return () => {
      const pairs = next()
      return elapsed(share, () => peers.follow(peer, pairs))
    }
  }

const celebrity = graphs.user(0)
const audience = (): Pairs =>
  Array.from({ length: listLength }, (_, index) => [graphs.user(index + 1), celebrity])

const isWhole = ({ length }: { readonly length: number }): void => {
  if (length !== limit) throw new Error(`the page has ${length} rows`)
}

/** The cursor of the deepest page of a list. */
const deepestOf = async (store: durable.Kith): Promise<string | undefined> => {
  let cursor: string | undefined
  for (;;) {
    const { next }: Page.Page = await store.followers(celebrity, limit, cursor)
    if (next === undefined) return cursor
    cursor = next
  }
}

const ourPage =
  (deepest: boolean): Contender =>
  async () => {
    const store = await openKith(newFile())
    await durable.fill(store, audience())
    const cursor = deepest ? await deepestOf(store) : undefined
    return () =>
      elapsed(pages, async () => {
        for (let page = 0; page < pages; page++) {
          isWhole((await store.followers(celebrity, limit, cursor)).entries)
        }
      })
  }

const handPage: Contender = async () => {
  const store = byHand.whole(newFile())
  store.followAll(audience())
  return () =>
    elapsed(pages, () => {
      for (let page = 0; page < pages; page++) {
        isWhole(store.followers(celebrity, Number.MAX_SAFE_INTEGER, limit).users)
      }
    })
}

const sizedPairs = (count: number): Pairs => {
  const graph = graphs.make(count)
  return Array.from({ length: count }, (_, edge) => kith.pair(graph, edge))
}

/** Bytes for each event once the file is closed. */
const size =
  (count: number, fill: (file: string, pairs: Pairs) => Promise<unknown>): Contender =>
  async () => {
    const file = newFile()
    await fill(file, sizedPairs(count))
    return async () => statSync(file).size / count
  }

export const contenders: Readonly<Record<string, Contender>> = {
  kith: ours(oneByOne, (store, pairs) => store.follow(pairs)),
  "kith, executeAll": ours(atOnce, durable.fill),
  "by hand": hand(byHand.whole, oneByOne, 1),
  "bare, by hand": hand(byHand.bare, oneByOne, 1),
  emmett: emmett(false, 20),
  "emmett, one connection": emmett(true, 40),
  "kith, at once": ours(atOnce, (store, pairs) => store.follow(pairs, inFlight)),
  "by hand, at once": hand(byHand.whole, atOnce, batch),
  "bare, at once": hand(byHand.bare, atOnce, batch),
  "first page": ourPage(false),
  "deepest page": ourPage(true),
  "page by hand": handPage,
  "kith, bytes": size(sized, async (file, pairs) => {
    const store = await openKith(file)
    await durable.fill(store, pairs)
    await store.close()
  }),
  "by hand, bytes": size(sized, async (file, pairs) => {
    const store = byHand.whole(file)
    for (let from = 0; from < sized; from += batch) store.followAll(pairs.slice(from, from + batch))
    store.close()
  }),
  "emmett, bytes": size(500, async (file, pairs) =>
    peers.follow(await peers.open("emmett-sqlite", file), pairs),
  ),
}

const turns = (names: ReadonlyArray<string>): Promise<Times> =>
  takeTurns(import.meta.filename, names, rounds, warmups)

type Timed = readonly [times: Times, name: string]

/** How many times as fast one is as the other; they had no rounds in common. */
const gain = (name: string, ours: Timed, theirs: Timed, goal?: number): Figure => {
  const [mine, other] = [ours, theirs].map(([times, key]) => median(times.get(key) ?? []))
  return {
    name,
    ours: duration(mine ?? Number.NaN),
    theirs: duration(other ?? Number.NaN),
    ratio: (other ?? Number.NaN) / (mine ?? Number.NaN),
    goal: goal === undefined ? undefined : { atLeast: goal },
  }
}

const bytesOf = (sizes: Times, name: string): number => sizes.get(name)?.[0] ?? Number.NaN
const bytes = (count: number): string => `${count.toFixed(0)} B`

const sizesOf = async (): Promise<ReadonlyArray<Figure>> => {
  const names = Object.keys(contenders).filter((name) => name.endsWith("bytes"))
  const sizes = await takeTurns(import.meta.filename, names, 1, 0)
  const mine = bytesOf(sizes, "kith, bytes")
  const against = (name: string, theirs: number): Figure => ({
    name,
    ours: bytes(mine),
    theirs: bytes(theirs),
    ratio: mine / theirs,
  })
  return [
    { ...against("bytes on the disk for each event, against 160", 160), goal: { atMost: 1 } },
    against("bytes for each event, against by hand", bytesOf(sizes, "by hand, bytes")),
    against("bytes for each event, against Emmett", bytesOf(sizes, "emmett, bytes")),
  ]
}

const benchmark: Benchmark = {
  title: "a file of SQLite, durable at each commit",
  peers: true,
  run: async () => {
    const one = await turns([
      "kith",
      "kith, executeAll",
      "by hand",
      "bare, by hand",
      "emmett",
      "emmett, one connection",
    ])
    const many = await turns(["kith, at once", "by hand, at once", "bare, at once"])
    const page = await turns(["first page", "deepest page", "page by hand"])
    return [
      faster("one command at a time, against the same by hand", one, "kith", "by hand", 0.8),
      faster("executeAll of 3,200, against one at a time", one, "kith, executeAll", "kith", 3),
      faster("one at a time, against bare events by hand", one, "kith", "bare, by hand"),
      faster("one at a time, against Emmett 0.42", one, "kith", "emmett", 30),
      faster("by hand, one at a time, against Emmett 0.42", one, "by hand", "emmett"),
      faster(
        "one at a time, against Emmett on one connection",
        one,
        "kith",
        "emmett, one connection",
      ),
      faster(
        "64 commands in flight, against batches of 100 by hand",
        many,
        "kith, at once",
        "by hand, at once",
        0.6,
      ),
      faster("64 in flight, against bare batches by hand", many, "kith, at once", "bare, at once"),
      gain("64 in flight, against one at a time", [many, "kith, at once"], [one, "kith"], 8),
      gain(
        "batches of 100 by hand, against one at a time by hand",
        [many, "by hand, at once"],
        [one, "by hand"],
      ),
      faster(
        "a page of 1,000 followers, against json_group_array by hand",
        page,
        "first page",
        "page by hand",
        0.7,
      ),
      slower(
        "the deepest page of 200,000, against the first",
        page,
        "deepest page",
        "first page",
        1.5,
      ),
      ...(await sizesOf()),
    ]
  },
}

export default benchmark
