/** What `kith import` does: reads a history or a world file into a store. */
import { Archive } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { detailsOf, failed, type Failure, misused } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Input from "./Input.ts"
import type * as Open from "./Open.ts"
import * as Run from "./Run.ts"

export interface Options {
  readonly file: string
  readonly replace: boolean
  readonly store: string
  readonly json: boolean
}

/** Of a world file, which is read at once: as large as one that comes over HTTP. */
const largestWorld = 64 * 1024 * 1024

const importWorld = (
  options: Options,
  url: Open.Durable,
  input: Input.Input,
): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const bytes = yield* Input.whole(input, largestWorld)
    const [WorldSource, World] = yield* Effect.promise(() =>
      Promise.all([import("../WorldSource.ts"), import("./World.ts")]),
    )
    const world = yield* WorldSource.parse(input.name, bytes)
    yield* World.fill(url, world, options.replace)
    const counts = { users: world.users.length, relationships: world.relationships.length }
    yield* Screen.print(
      options.json
        ? JSON.stringify({ store: url.shown, ...counts })
        : `put a world of ${Count.of(counts.users, "user")} and ${Count.of(counts.relationships, "relationship")} into ${url.shown}`,
    )
  })

/** Every archive begins so, whichever version it is of; a world file has no such member. */
const isArchive = (firstLine: string): boolean => firstLine.startsWith('{"kith":')

const importArchive = (
  options: Options,
  url: Open.Durable,
  input: Input.Input,
): Effect.Effect<void, Failure> => {
  const progress = Progress.onTerminal("events")
  let done = 0
  let present = 0
  /** As many as there would be in all if the rest of the input had them as dense as this part. */
  const total = (): number =>
    input.size === undefined ? done : Math.round((done * input.size) / Math.max(1, input.read()))
  return Run.onStore(
    options.store,
    () =>
      Effect.gen(function* () {
        yield* Archive.read(Input.lines(input)).pipe(
          Stream.mapError((error) =>
            error._tag === "Failure"
              ? error
              : failed(
                  error._tag === "ArchiveError"
                    ? `${Screen.plain(input.name)}: ${Screen.oneLine(error.message)}`
                    : Screen.oneLine(error.message),
                  detailsOf(error),
                ),
          ),
          Stream.runForEach((step) =>
            Effect.sync(() => {
              done = step.done
              present = step.present
              progress.reached(done, total())
            }),
          ),
          Effect.onInterrupt(() =>
            Effect.andThen(
              Effect.sync(progress.clear),
              Screen.note("kith: stopped; the same command again goes on"),
            ),
          ),
        )
        progress.clear()
        const before = present === 0 ? "" : `, of which ${Count.of(present, "was", "were")} there`
        yield* Screen.print(
          options.json
            ? JSON.stringify({ store: url.shown, events: done, present })
            : `${url.shown} has the ${Count.of(done, "event")} of ${Screen.plain(input.name)}${before}`,
        )
      }).pipe(Effect.ensuring(Effect.sync(progress.clear))),
    "any",
  )
}

export const run = (options: Options): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const url = yield* Run.durable(options.store)
    const input = yield* Input.open(options.file)
    if (input.firstLine === "") return yield* Explanation.fromFile(`${input.name} is empty`)
    // A world file begins like a line of a history, and nothing else does.
    if (!input.firstLine.startsWith("{")) {
      return yield* Explanation.fromFile(
        `${input.name} is neither a history that kith export wrote nor a world file`,
      )
    }
    if (!isArchive(input.firstLine)) return yield* importWorld(options, url, input)
    if (options.replace) return yield* misused("--replace is for world files; a history has to fit")
    yield* importArchive(options, url, input)
  })
