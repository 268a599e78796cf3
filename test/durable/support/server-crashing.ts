/** A server that is killed under load, while the processes that use it live on. */
import { Check } from "@kith/core/testing"
import { setTimeout } from "node:timers/promises"
import { Book } from "./book.ts"
import { add, begin, below, type Figures, inspect, pick } from "./crashing.ts"
import { now } from "./lines.ts"
import type { Place } from "./places.ts"
import type { makeOffice, Worker } from "./processes.ts"
import { beginReader, expectAll } from "./reader.ts"
import { Witness } from "./witness.ts"

interface Server {
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
}

/** Waits until every worker has had so many answers to what it asked since. */
const work = async (workers: ReadonlyArray<Worker>, count: number): Promise<void> => {
  const since = now()
  const answered = (worker: Worker) => {
    let rest = count
    return worker.until((line) => {
      if (line._tag === "Answered" && line.at > since) rest -= 1
      return rest === 0
    })
  }
  await Promise.all(workers.map(answered))
}

/** Kills the server of a store so many times while processes work on it, and starts it again. */
export const crashServer = async (
  office: ReturnType<typeof makeOffice>,
  server: Server,
  place: Place,
  kills: number,
): Promise<Figures> => {
  const load = { seed: below(2 ** 30), edges: 500, hot: 0.5, looks: 0.05 }
  const witness = new Witness(new Book(load))
  const workers = [1, 16].map((inFlight) => {
    const from = witness.take(1_000_000)
    const rest = { insists: true, numbers: [], role: "work", waits: false } as const
    return office({ place, load, from, until: from + 1_000_000, inFlight, ...rest })
  })
  const reader = beginReader(office, place, load)
  await reader.ready()
  for (let killed = 0; killed < kills; killed++) {
    await work(workers, pick(1, 10, 50))
    await setTimeout(Math.random() * 50)
    await server.kill()
    await setTimeout(Math.random() * 50)
    await server.restart()
  }
  await work(workers, 10)
  for (const worker of workers) worker.kill()
  const endings = await Promise.all(workers.map((worker) => worker.ended))
  Check.equal("no process came to an end with the server", endings, ["SIGKILL", "SIGKILL"])
  for (const worker of workers) witness.hear(worker.lines)
  await inspect(place, witness, true)
  const { log } = witness.book
  expectAll("a reader that lived on", await reader.end(log), log)
  const figures = begin()
  add(figures, witness)
  return figures
}
