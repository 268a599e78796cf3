/**
 * Cases of checking a store and of making what is derived from its log anew.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { Edge } from "../Edge.ts"
import * as Event from "../RelationshipEvent.ts"
import type { Fault } from "../Upkeep.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { put } from "./JournalCase.ts"
import { keep, newest } from "./StoreCase.ts"
import { inTime, pause } from "./Timing.ts"
import {
  type Damage,
  finish,
  type Kit,
  onKit,
  sameSight,
  see,
  sound,
  type UpkeepCase,
} from "./UpkeepCase.ts"
import { busy, pasts } from "./UpkeepFixtures.ts"

const memoryOf = ({ store }: Kit, edge: Edge, commandIds: ReadonlyArray<string>) =>
  Effect.map(store.load(commandIds.map((commandId) => ({ edge, commandId }))), (loaded) =>
    loaded.map(({ record }) => ({ ...record, events: record?.events.map(Fixtures.plain) })),
  )

const damageCase = (where: keyof Damage, derived: string): UpkeepCase => ({
  title: `finds damage to ${derived}, and makes them anew`,
  promises: [
    "`where`: `log` for events that contradict each other; `edges`, `lists` and `counts` for what is derived from them; `storage` for what the engine beneath says of its own files.",
    "Something that is not what the log says.",
    "`message`: what it is, of which edge or user, in one line.",
    "The store is sound when no fault came.",
    "Afterwards `check` finds no fault in `edges`, `lists` and `counts`.",
  ],
  when: ({ damage }) => damage[where] !== undefined,
  run: (bench) =>
    Effect.gen(function* () {
      const kit = yield* bench.open
      const { edges, start } = yield* pasts(kit)
      const [edge] = edges
      const damage = bench.supports.damage[where]
      if (edge === undefined || damage === undefined) return
      const before = yield* see(kit.store, edges, start)
      yield* sound(kit)
      yield* damage(edge)
      const faults: ReadonlyArray<Fault> = yield* finish(kit.upkeep.check)
      const found = faults.filter((fault) => fault.where === where)
      Check.holds("the damage is found", found.length > 0)
      Check.holds(
        "in one line",
        faults.every(({ message }) => message !== "" && !message.includes("\n")),
      )
      Check.holds(
        "that says where",
        found.some(({ message }) => message.includes(edge.source) || message.includes(edge.target)),
      )
      yield* finish(kit.upkeep.rebuild)
      yield* sound(kit)
      sameSight("all is as it was", yield* see(kit.store, edges, start), before)
    }),
})

/**
 * Checking, and making anew.
 *
 * @category constructors
 * @since 0.1.0
 */
export const rebuildCases: ReadonlyArray<UpkeepCase> = [
  onKit(
    "finds no fault in a sound store, and changes nothing",
    [
      "Reads everything and changes nothing.",
      "The store is sound when no fault came.",
      "How far it is: `done` of `total`, events or edges.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const { commandIds, edges, start } = yield* pasts(kit)
        const [edge] = edges
        if (edge === undefined) return
        const entry = yield* put(kit.journal, `quota/${edge.source}`, "one")
        const before = yield* see(kit.store, edges, start)
        const memory = yield* memoryOf(kit, edge, commandIds)
        const last = yield* newest(kit.store, start)
        yield* sound(kit)
        sameSight("nothing changed", yield* see(kit.store, edges, start), before)
        Check.equal("nothing is new", yield* newest(kit.store, start), last)
        Check.equal("nothing is forgotten", yield* memoryOf(kit, edge, commandIds), memory)
        Check.equal("the journal stays", yield* kit.journal.read([entry.key]), [entry])
      }),
  ),
  onKit(
    "makes snapshots, lists and counts anew, the same as they were",
    [
      "Makes the snapshots, the lists and the counts anew from the log.",
      "Afterwards `check` finds no fault in `edges`, `lists` and `counts`.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const { commandIds, edges, start } = yield* pasts(kit)
        const before = yield* see(kit.store, edges, start)
        const [edge] = edges
        const [snapshot] = before.snapshots
        if (edge === undefined || snapshot === undefined) return
        const entry = yield* put(kit.journal, `quota/${edge.source}`, "one")
        const memory = yield* memoryOf(kit, edge, commandIds)
        const last = yield* newest(kit.store, start)
        yield* finish(kit.upkeep.rebuild)
        sameSight("all is as it was", yield* see(kit.store, edges, start), before)
        Check.equal("the log too", yield* newest(kit.store, start), last)
        Check.equal("and command ids", yield* memoryOf(kit, edge, commandIds), memory)
        Check.equal("and the journal", yield* kit.journal.read([entry.key]), [entry])
        yield* sound(kit)
        for (const [index, each] of edges.entries()) {
          const now = before.snapshots[index]
          if (now === undefined) continue
          const kept = yield* keep(kit.store, each, now, [Event.followRequestCancelled])
          Check.holds("positions go on", kept.position > last)
        }
        yield* sound(kit)
      }),
  ),
  onKit(
    "shows readers no other state while everything is made anew, and lets commands go on",
    [
      "Readers see the old ones until the new ones are there as a whole; commands go on.",
      "Everything goes on beside commands and readers, in bites that end within a moment; whatever is interrupted, by a crash too, can be begun again.",
    ],
    (kit, bench) =>
      Effect.gen(function* () {
        const { edges, start } = yield* pasts(kit)
        const before = yield* see(kit.store, edges, start)
        const stop = yield* Effect.all([busy(kit), busy(kit)])
        const task = { rebuilt: false }
        const reading = yield* Effect.forkChild(
          Effect.gen(function* () {
            while (!task.rebuilt) {
              sameSight("a reader sees what was", yield* see(kit.store, edges, start), before)
              yield* Effect.yieldNow
            }
          }),
          { startImmediately: true },
        )
        for (let round = 0; round < 3; round++) {
          yield* inTime("a rebuild comes to its end", bench)(finish(kit.upkeep.rebuild))
        }
        task.rebuilt = true
        yield* inTime("the reader goes on", bench)(Fiber.join(reading))
        const ends = yield* inTime("the commands go on", bench)(Effect.all(stop))
        for (const { edge, snapshot } of ends) {
          const [loaded] = yield* kit.store.load([{ edge, commandId: undefined }])
          Check.equal("no command is lost", loaded?.version, snapshot.version)
        }
        yield* sound(kit)
        sameSight("all is as it was", yield* see(kit.store, edges, start), before)
      }),
  ),
  onKit(
    "takes nothing that is committed meanwhile for a fault",
    "What is committed meanwhile causes no fault.",
    (kit, bench) =>
      Effect.gen(function* () {
        yield* pasts(kit)
        const stop = yield* Effect.all([busy(kit), busy(kit), busy(kit)])
        for (let round = 0; round < 5; round++) {
          yield* inTime("a check comes to its end", bench)(sound(kit))
          yield* pause(round)
        }
        yield* inTime("the commands go on", bench)(Effect.all(stop))
        yield* sound(kit)
      }),
  ),
  onKit(
    "leaves a store sound when a check or a rebuild is interrupted, and begins again",
    "Everything goes on beside commands and readers, in bites that end within a moment; whatever is interrupted, by a crash too, can be begun again.",
    (kit, bench) =>
      Effect.gen(function* () {
        const { edges, start } = yield* pasts(kit)
        const before = yield* see(kit.store, edges, start)
        for (let turns = 0; turns < 12; turns++) {
          const work = [Stream.runDrain(kit.upkeep.rebuild), Stream.runDrain(kit.upkeep.check)]
          for (const each of work) {
            const working = yield* Effect.forkChild(each, { startImmediately: turns % 2 === 0 })
            yield* pause(turns)
            yield* inTime("it can be interrupted", bench)(Fiber.interrupt(working))
          }
          sameSight("all is as it was", yield* see(kit.store, edges, start), before)
        }
        yield* finish(kit.upkeep.rebuild)
        sameSight("all is as it was", yield* see(kit.store, edges, start), before)
        yield* sound(kit)
      }),
  ),
  damageCase("edges", "the snapshots of edges"),
  damageCase("lists", "lists"),
  damageCase("counts", "counts"),
]
