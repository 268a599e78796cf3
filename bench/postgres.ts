/**
 * The store on PostgreSQL against the same work by hand on the driver, and against Emmett: durable at
 * each commit, on a server of this machine, time on the clock.
 *
 * Kith is asked as its users ask it: commands to the whole service, without ids of their own.
 */
import type { Page } from "@kith/core"
import {
  type Benchmark,
  type Contender,
  faster,
  type Figure,
  slower,
  takeTurns,
  type Times,
} from "./harness.ts"
import * as byHand from "./support/by-hand-postgres.ts"
import * as databases from "./support/databases.ts"
import * as durable from "./support/durable.ts"
import { elapsed } from "./support/elapsed.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"
import * as peers from "./support/peer.ts"
import * as stores from "./support/stores.ts"

const rounds = 11
const warmups = 3
const held = 20_000
const users = 5_000

const oneByOne = 300
const atOnce = 1_600
const inFlight = 64
/** What the driver is best at on two processors; more connections gain nothing. */
const connections = 8
const theirsInFlight = 32
const batch = 100
/** Services that write at the same time, each with connections of its own. */
const writers = 8

const listLength = 200_000
const limit = 1_000
const pages = 20
/** A statement that was used so often has a plan of its own. */
const uses = 20

const sized = 200_000

type Pairs = ReadonlyArray<durable.Pair>

const openKith = (url: string, most = connections): Promise<durable.Kith> =>
  durable.open(stores.layer(url, most))

/** The edges of each round, behind those that are held. */
const sharesOf = (share: number) => {
  const graph = graphs.make(held + share * (rounds + warmups), users)
  const slice = (from: number, to: number): Pairs =>
    Array.from({ length: to - from }, (_, index) => kith.pair(graph, from + index))
  let next = held
  return { first: slice(0, held), next: () => slice(next, (next += share)) }
}

/** Hands out work until there is no more, so many pieces of it at a time. */
const eachOf = async <A>(
  work: ReadonlyArray<A>,
  atATime: number,
  one: (piece: A) => Promise<unknown>,
): Promise<void> => {
  let next = 0
  const worker = async (): Promise<void> => {
    for (let piece = work[next++]; piece !== undefined; piece = work[next++]) await one(piece)
  }
  await Promise.all(Array.from({ length: atATime }, worker))
}

type Work = (store: durable.Kith, pairs: Pairs) => Promise<void>

const ours =
  (name: string, share: number, work: Work): Contender =>
  async () => {
    const store = await openKith(await databases.named(name))
    const { first, next } = sharesOf(share)
    await durable.fill(store, first)
    return () => {
      const pairs = next()
      return elapsed(share, () => work(store, pairs))
    }
  }

const batchesOf = (pairs: Pairs): ReadonlyArray<Pairs> =>
  Array.from({ length: Math.ceil(pairs.length / batch) }, (_, index) =>
    pairs.slice(index * batch, (index + 1) * batch),
  )

const layouts = { bare: byHand.bare, whole: byHand.whole }

const hand =
  (layout: keyof typeof layouts, share: number, concurrency: number, batches = false): Contender =>
  async () => {
    const url = await databases.named(`${layout}_${concurrency}_${batches}`)
    const store = await byHand.open(url, layouts[layout], Math.min(connections, concurrency))
    const { first, next } = sharesOf(share)
    for (const part of batchesOf(first)) await store.followAll(part)
    return () => {
      const pairs = next()
      return elapsed(share, () =>
        batches
          ? eachOf(batchesOf(pairs), concurrency, store.followAll)
          : eachOf(pairs, concurrency, store.follow),
      )
    }
  }

const emmett =
  (share: number): Contender =>
  async () => {
    const peer = await peers.open("emmett-postgresql", await databases.named("emmett"))
    const { next } = sharesOf(share)
    return () => {
      const pairs = next()
      return elapsed(share, () => peers.follow(peer, pairs))
    }
  }

const celebrity = graphs.user(0)

/** Services of their own, which know nothing of each other, write at the same time. */
const crowd =
  (target: (writer: number) => string): Contender =>
  async () => {
    const url = await databases.named("crowd")
    const services: Array<durable.Kith> = []
    for (let writer = 0; writer < writers; writer++) services.push(await openKith(url, 2))
    // Nobody else in this database has these users.
    let next = target(1) === target(2) ? 1_000_000 : 2_000_000
    const share = atOnce / writers
    return () => {
      const pairs = services.map(() =>
        Array.from({ length: share }, (): durable.Pair => [graphs.user(next), target(next++)]),
      )
      return elapsed(atOnce, () =>
        Promise.all(
          services.map((store, writer) => store.follow(pairs[writer] ?? [], inFlight / writers)),
        ),
      )
    }
  }

const audience = (): Pairs =>
  Array.from({ length: listLength }, (_, index) => [graphs.user(index + 1), celebrity])

const isWhole = ({ entries }: Page.Page): void => {
  if (entries.length !== limit) throw new Error(`the page has ${entries.length} rows`)
}

/** The cursor of the deepest page of a list. */
const deepestOf = async (store: durable.Kith): Promise<string | undefined> => {
  let cursor: string | undefined
  for (;;) {
    const { next } = await store.followers(celebrity, limit, cursor)
    if (next === undefined) return cursor
    cursor = next
  }
}

/** Both pages are in one database, which the first of the two fills. */
const ourPage =
  (deepest: boolean): Contender =>
  async () => {
    const store = await openKith(await databases.named("pages"), 1)
    const { entries } = await store.followers(celebrity, 1)
    if (entries.length === 0) await durable.fill(store, audience())
    const cursor = deepest ? await deepestOf(store) : undefined
    const read = async (): Promise<void> => isWhole(await store.followers(celebrity, limit, cursor))
    for (let use = 0; use < uses; use++) await read()
    return () =>
      elapsed(pages, async () => {
        for (let page = 0; page < pages; page++) await read()
      })
  }

const sizedPairs = (count: number): Pairs => {
  const graph = graphs.make(count)
  return Array.from({ length: count }, (_, edge) => kith.pair(graph, edge))
}

const size =
  (name: string, count: number, fill: (url: string, pairs: Pairs) => Promise<unknown>): Contender =>
  async () => {
    const url = await databases.named(name)
    await fill(url, sizedPairs(count))
    return async () => (await databases.size(url)) / count
  }

export const contenders: Readonly<Record<string, Contender>> = {
  kith: ours("ours_one", oneByOne, (store, pairs) => store.follow(pairs)),
  "kith, executeAll": ours("ours_all", atOnce, durable.fill),
  "by hand": hand("whole", oneByOne, 1),
  "bare, by hand": hand("bare", oneByOne, 1),
  emmett: emmett(100),
  "kith, at once": ours("ours_many", atOnce, (store, pairs) => store.follow(pairs, inFlight)),
  "by hand, at once": hand("whole", atOnce, theirsInFlight),
  "batches, at once": hand("whole", atOnce, connections, true),
  celebrity: crowd(() => celebrity),
  distinct: crowd((index) => graphs.user(index + 1_000_000)),
  "first page": ourPage(false),
  "deepest page": ourPage(true),
  "kith, bytes": size("bytes", sized, async (url, pairs) => {
    const store = await openKith(url)
    await durable.fill(store, pairs)
    await store.close()
  }),
  "by hand, bytes": size("bytes_by_hand", sized, async (url, pairs) => {
    const store = await byHand.open(url, byHand.whole, connections)
    for (const part of batchesOf(pairs)) await store.followAll(part)
    await store.close()
  }),
  "emmett, bytes": size("bytes_emmett", 1_000, async (url, pairs) =>
    peers.follow(await peers.open("emmett-postgresql", url), pairs),
  ),
}

const turns = (names: ReadonlyArray<string>): Promise<Times> =>
  takeTurns(import.meta.filename, names, rounds, warmups)

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
    { ...against("bytes on the disk for each event, against 300", 300), goal: { atMost: 1 } },
    against("bytes for each event, against by hand", bytesOf(sizes, "by hand, bytes")),
    against("bytes for each event, against Emmett", bytesOf(sizes, "emmett, bytes")),
  ]
}

const figures = async (): Promise<ReadonlyArray<Figure>> => {
  const one = await turns(["kith", "kith, executeAll", "by hand", "bare, by hand", "emmett"])
  const many = await turns(["kith, at once", "by hand, at once", "batches, at once"])
  const crowds = await turns(["celebrity", "distinct"])
  const page = await turns(["first page", "deepest page"])
  return [
    faster(
      "one command at a time, new edges, against one statement by hand",
      one,
      "kith",
      "by hand",
      0.8,
    ),
    faster("executeAll of 1,600, against one at a time", one, "kith, executeAll", "kith", 3),
    faster("one at a time, against bare events by hand", one, "kith", "bare, by hand"),
    faster("one at a time, against Emmett 0.42", one, "kith", "emmett", 3),
    faster("by hand, one at a time, against Emmett 0.42", one, "by hand", "emmett"),
    faster(
      "64 commands in flight, against single statements at 32 in flight by hand",
      many,
      "kith, at once",
      "by hand, at once",
      4,
    ),
    faster(
      "64 in flight, against unnest batches of 100 by hand",
      many,
      "kith, at once",
      "batches, at once",
    ),
    faster(
      "64 writers to one celebrity, against distinct targets",
      crowds,
      "celebrity",
      "distinct",
      0.7,
    ),
    slower(
      "the deepest page of 200,000, against the first, both used before",
      page,
      "deepest page",
      "first page",
      1.5,
    ),
    ...(await sizesOf()),
  ]
}

const benchmark: Benchmark = {
  title: "PostgreSQL on this machine, durable at each commit",
  peers: true,
  run: () => databases.within(figures),
}

export default benchmark
