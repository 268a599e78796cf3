/** Processes under load that are killed at random moments, and what their store is like afterwards. */
import { Relationships, RelationshipStore } from "@kith/core"
import { Check } from "@kith/core/testing"
import { Effect, Layer } from "effect"
import { setTimeout } from "node:timers/promises"
import { agree, sound } from "./agreement.ts"
import { Book } from "./book.ts"
import { idle, type Line } from "./lines.ts"
import { type Kind, layerOf, type Place } from "./places.ts"
import type { makeOffice, Worker } from "./processes.ts"
import { beginReader, expectAll } from "./reader.ts"
import { Witness } from "./witness.ts"
import { layerDirectory } from "./world.ts"

type Store = RelationshipStore.RelationshipStore["Service"]
type Office = ReturnType<typeof makeOffice>

/** What a run of crashes came to. */
export interface Figures {
  killedWorking: number
  killedOpening: number
  killedRebuilding: number
  acknowledged: number
  repeated: number
  events: number
  failures: Record<string, number>
}

export const below = (limit: number): number => Math.floor(Math.random() * limit)

export const pick = <A>(first: A, ...rest: ReadonlyArray<A>): A =>
  rest[below(rest.length + 1) - 1] ?? first

/** Kills a worker some time after it has come so far. */
const killAfter = async (
  worker: Worker,
  isFar: (line: Line) => boolean,
  milliseconds: number,
): Promise<void> => {
  await worker.until(isFar)
  await setTimeout(Math.random() * milliseconds)
  worker.kill()
  Check.equal("it was killed", await worker.ended, "SIGKILL")
}

/** Kills a worker while it opens its store. */
const killYoung = (worker: Worker): Promise<void> =>
  killAfter(worker, (line) => line._tag === "Opening", pick(8, 15, 60))

/** Kills a worker after so many answers. */
const killAtWork = (worker: Worker): Promise<void> => {
  let answers = 1 + below(pick(1, 50, 300))
  return killAfter(worker, (line) => line._tag === "Answered" && --answers === 0, 40)
}

/** What a dead client had asked of a server may still come, while everything is being read. */
const agreeAtLast = (store: Store, witness: Witness): Effect.Effect<void, unknown> =>
  Effect.gen(function* () {
    yield* witness.read(store)
    for (;;) {
      const end = witness.book.last
      const outcome = yield* Effect.exit(agree(store, witness.book))
      yield* witness.read(store)
      if (witness.book.last === end) return yield* outcome
    }
  })

/** Opens the store in this process, which nobody else uses, and holds it to what was heard. */
export const inspect = async (place: Place, witness: Witness, isLast: boolean): Promise<void> => {
  const layer = Relationships.layerStore({ maxAttempts: 1000 }).pipe(
    Layer.provideMerge(await layerOf(place)),
    Layer.provide(layerDirectory),
  )
  const program = Effect.gen(function* () {
    const store = yield* RelationshipStore.RelationshipStore
    yield* witness.read(store)
    if (isLast) {
      yield* witness.repeat(200)
      Check.equal("nothing is left that nobody knows of", witness.unheard, [])
      yield* witness.goOn(20)
    }
    yield* agreeAtLast(store, witness)
    if (!isLast) return
    const again = new Book(witness.book.load)
    yield* again.read(store)
    Check.equal("the log is what it was whenever it was read", again.log, witness.book.log)
    yield* sound
  })
  await Effect.runPromise(Effect.provide(program, layer))
}

const beginAll = (
  office: Office,
  place: Place,
  witness: Witness,
  count: number,
): ReadonlyArray<Worker> => {
  const { load } = witness.book
  // Both get what nobody has heard of: whoever comes second gets the answer of the first.
  const numbers = [...witness.unheard, ...witness.heard(5)]
  return Array.from({ length: count }, () => {
    const from = witness.take(100_000)
    const inFlight = pick(1, 4, 16, 64)
    const rest = { ...idle, role: "work" } as const
    return office({ place, load, ...rest, numbers, from, until: from + 100_000, inFlight })
  })
}

export const begin = (): Figures => ({
  killedWorking: 0,
  killedOpening: 0,
  killedRebuilding: 0,
  acknowledged: 0,
  repeated: 0,
  events: 0,
  failures: {},
})

export const add = (figures: Figures, witness: Witness): void => {
  figures.acknowledged += witness.acknowledged
  figures.repeated += witness.repeated
  figures.events += witness.book.log.length
  for (const [tag, count] of witness.failures) {
    figures.failures[tag] = (figures.failures[tag] ?? 0) + count
  }
}

/** What is to be killed: so many processes in the moment that the plan is about, and some in others. */
export interface Plan {
  readonly moment: "killedWorking" | "killedOpening"
  readonly kills: number
  /** After how many of them a new store is begun. */
  readonly perStore: number
}

/** Lets processes work on one store, kills them, and again, until the plan's figure is there. */
const crashOne = async (
  office: Office,
  place: Place,
  witness: Witness,
  figures: Figures,
  { kills, moment }: Plan,
): Promise<void> => {
  const { load } = witness.book
  for (let isFirst = true; figures[moment] < kills; isFirst = false) {
    const workers = beginAll(office, place, witness, Math.min(pick(1, 2), kills - figures[moment]))
    // The first ones make the store.
    const opening = moment === "killedOpening" ? 0.8 : isFirst ? 0.5 : 0.15
    const isOpening = Math.random() < opening
    const deaths = workers.map(isOpening ? killYoung : killAtWork)
    figures[isOpening ? "killedOpening" : "killedWorking"] += workers.length
    if (Math.random() < 0.3) {
      const rebuilder = office({ place, load, ...idle, role: "rebuild" })
      deaths.push(killAfter(rebuilder, (line) => line._tag === "Ready", 200))
      figures.killedRebuilding += 1
    }
    await Promise.all(deaths)
    for (const worker of workers) witness.hear(worker.lines)
    const isLast = figures[moment] >= kills
    if (isLast || Math.random() < 0.4) await inspect(place, witness, isLast)
  }
}

/** Kills as many processes as a plan says. */
export const crash = async (office: Office, kind: Kind, plan: Plan): Promise<Figures> => {
  const figures = begin()
  for (let isRead = false; figures[plan.moment] < plan.kills; isRead = !isRead) {
    const load = { seed: below(2 ** 30), edges: 2_000, hot: pick(0.2, 0.5, 0.9), looks: 0.02 }
    const witness = new Witness(new Book(load))
    const place = await kind.open()
    // Somebody who has the store open all the time changes how it comes back for others.
    const reader = isRead ? beginReader(office, place, load) : undefined
    const kills = Math.min(plan.kills, figures[plan.moment] + plan.perStore)
    await crashOne(office, place, witness, figures, { ...plan, kills })
    add(figures, witness)
    const { log } = witness.book
    if (reader !== undefined) expectAll("a reader that lived on", await reader.end(log), log)
  }
  return figures
}
