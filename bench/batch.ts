/**
 * Many commands at once against the same one by one, and the cost of a command on small and large
 * graphs.
 */
import * as Effect from "effect/Effect"
import { type Benchmark, type Contender, faster, slower, takeTurns, timed } from "./harness.ts"
import * as graphs from "./support/graph.ts"
import * as kith from "./support/kith.ts"

const share = 5_000
const rounds = 9
const warmups = 8
const practice = 60_000

type Commands = ReturnType<typeof kith.follows>
type Work = (service: kith.Service, commands: Commands) => Promise<unknown>

const oneByOne: Work = (service, commands) =>
  Effect.runPromise(
    Effect.gen(function* () {
      for (const command of commands) yield* service.execute(command)
    }),
  )

const byPromise: Work = async (service, commands) => {
  for (const command of commands) await Effect.runPromise(service.execute(command))
}

const atOnce: Work = (service, commands) =>
  Effect.runPromise(service.executeAll(commands.map((command) => [command] as const)))

/** Distinct edges, on a service that holds `held` of them already. */
const contender =
  (held: number, work: Work): Contender =>
  async () => {
    await kith.practise(work, practice)
    const edges = held + share * (rounds + warmups)
    const graph = graphs.make(edges, Math.max(1_000, Math.floor(edges / 20)))
    const service = await kith.make(graph, held)
    let next = held
    return () => {
      const shareOfRound = kith.follows(graph, next, (next += share))
      return timed(share, () => work(service, shareOfRound))
    }
  }

/**
 * The same on services that hold few: a fresh one for every `part` commands, because one that had all
 * of them would not hold few for long.
 */
const small =
  (held: number, part: number, work: Work): Contender =>
  async () => {
    await kith.practise(work, practice)
    const graph = graphs.make(held + part)
    return async () => {
      const turns: Array<readonly [kith.Service, Commands]> = []
      for (let done = 0; done < share; done += part) {
        turns.push([await kith.make(graph, held), kith.follows(graph, held, held + part)])
      }
      return timed(share, async () => {
        for (const [service, commands] of turns) await work(service, commands)
      })
    }
  }

export const contenders: Readonly<Record<string, Contender>> = {
  "one by one": contender(100_000, oneByOne),
  "one by one, promises": contender(100_000, byPromise),
  "at once": contender(100_000, atOnce),
  "1,000 held": small(1_000, 500, oneByOne),
  "1,000,000 held": contender(1_000_000, oneByOne),
}

const benchmark: Benchmark = {
  title: "batches, and graphs that grow",
  run: async () => {
    const times = await takeTurns(import.meta.filename, Object.keys(contenders), rounds, warmups)
    return [
      faster("executeAll of 5,000, against one by one", times, "at once", "one by one", 3),
      faster(
        "executeAll of 5,000, against a promise each",
        times,
        "at once",
        "one by one, promises",
      ),
      slower(
        "execute with 1,000,000 edges held, against 1,000",
        times,
        "1,000,000 held",
        "1,000 held",
        1.5,
      ),
    ]
  },
}

export default benchmark
