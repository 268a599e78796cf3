/** Many processes at work on one store at the same time, and readers beside them. */
import { Relationships, RelationshipStore } from "@kith/core"
import { Check } from "@kith/core/testing"
import { Effect, Fiber, Layer, type Scope } from "effect"
import { agree, sound } from "./agreement.ts"
import { Book } from "./book.ts"
import { judge, type Verdict } from "./judging.ts"
import { idle, type Line, type Task } from "./lines.ts"
import { isRepeatable, type Load, orderAt } from "./load.ts"
import { follow, perform } from "./perform.ts"
import { type Kind, layerOf, type Place } from "./places.ts"
import type { makeOffice, Worker } from "./processes.ts"
import { beginReader, isLast, seenBy } from "./reader.ts"
import { layerDirectory } from "./world.ts"

type Store = RelationshipStore.RelationshipStore["Service"]

/** How much is done by how many. */
export interface Scale {
  readonly writers: number
  readonly readers: number
  /** In all; the looks among them are no commands, and come on top. */
  readonly commands: number
  readonly edges: number
  readonly inFlight: number
}

export const loadOf = ({ edges }: Scale): Load => ({
  seed: Math.floor(Math.random() * 2 ** 30),
  edges,
  hot: 0,
  looks: 0.1,
})

type Commands = Omit<Task, "place">

/** The number behind so many commands, which begin at another number; looks are not counted. */
const behind = (load: Load, from: number, commands: number): number => {
  let number = from
  for (let count = 0; count < commands; number++) {
    if (orderAt(load, number).command !== undefined) count += 1
  }
  return number
}

/** Each writer has numbers of its own, and first a few that its neighbour has at the same time. */
const tasksOf = (load: Load, scale: Scale): ReadonlyArray<Commands> => {
  const { commands, inFlight, writers } = scale
  const share = Math.ceil(commands / writers)
  const bounds = [0]
  for (let index = 0; index < writers; index++) bounds.push(behind(load, bounds[index] ?? 0, share))
  return Array.from({ length: writers }, (_, index) => {
    const [from = 0, until = 0] = bounds.slice(index)
    const next = bounds[(index + 1) % writers] ?? 0
    const common = Array.from({ length: Math.ceil(share / 20) }, (_, offset) => next + offset)
    const numbers = common.filter(isRepeatable)
    const rest = { insists: false, role: "work", waits: true } as const
    return { load, numbers, from, until, inFlight, ...rest }
  })
}

/** The whole log of a store that nobody writes to. */
const logOf = (store: Store, load: Load) =>
  Effect.gen(function* () {
    const book = new Book(load)
    yield* book.read(store)
    return book
  })

const readBack = async (place: Place, load: Load): Promise<Book> => {
  const program = Effect.gen(function* () {
    const store = yield* RelationshipStore.RelationshipStore
    const book = yield* logOf(store, load)
    yield* agree(store, book)
    yield* sound
    return book
  })
  return Effect.runPromise(Effect.provide(program, await layerOf(place)))
}

const endWell = async (worker: Worker): Promise<void> => {
  const ending = await worker.ended
  if (ending !== "0") throw new Error(`a process ended with ${ending}`)
}

/** Processes of the operating system on one store, and one more that rebuilds it meanwhile. */
export const concur = async (
  office: ReturnType<typeof makeOffice>,
  kind: Kind,
  scale: Scale,
): Promise<Verdict> => {
  const place = await kind.open()
  const load = loadOf(scale)
  const writers = tasksOf(load, scale).map((task) => office({ ...task, place }))
  const readers = Array.from({ length: scale.readers }, () => beginReader(office, place, load))
  const rebuilder = office({ place, load, ...idle, role: "rebuild" })
  await Promise.all([
    rebuilder.until((line) => line._tag === "Ready"),
    ...writers.map((writer) => writer.until((line) => line._tag === "Ready")),
    ...readers.map((reader) => reader.ready()),
  ])
  for (const writer of writers) writer.tell()
  await Promise.all(writers.map(endWell))
  rebuilder.kill()
  Check.equal("the store was rebuilt all the time", await rebuilder.ended, "SIGKILL")
  const { log } = await readBack(place, load)
  const seen = await Promise.all(readers.map((reader) => reader.end(log)))
  return judge(
    load,
    log,
    writers.map((writer) => writer.lines),
    seen,
  )
}

/** Services of this process on one store, as if each was a process of its own. */
export const concurHere = (
  store: Store,
  scale: Scale,
  patience: number,
): Effect.Effect<Verdict, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const load = loadOf(scale)
    const service = Layer.build(
      Relationships.layerStore({ maxAttempts: 1000 }).pipe(
        Layer.provide(Layer.succeed(RelationshipStore.RelationshipStore)(store)),
        Layer.provide(layerDirectory),
      ),
    )
    const readers = yield* Effect.replicateEffect(
      Effect.gen(function* () {
        const lines: Array<Line> = []
        const say = (line: Line) => void lines.push(line)
        return {
          lines,
          fiber: yield* Effect.forkChild(Effect.provide(follow(say), yield* service)),
        }
      }),
      scale.readers,
    )
    const writers = yield* Effect.forEach(
      tasksOf(load, scale),
      (task) =>
        Effect.gen(function* () {
          const lines: Array<Line> = []
          yield* Effect.provide(
            perform(task, (line) => void lines.push(line)),
            yield* service,
          )
          return lines
        }),
      { concurrency: "unbounded" },
    )
    const { log } = yield* logOf(store, load)
    const haveSeen = Effect.gen(function* () {
      while (!readers.every(({ lines }) => lines.some(isLast(log)))) yield* Effect.sleep(1)
    })
    yield* Effect.timeoutOption(haveSeen, patience)
    yield* Fiber.interruptAll(readers.map(({ fiber }) => fiber))
    return judge(
      load,
      log,
      writers,
      readers.map(({ lines }) => seenBy(lines)),
    )
  })
