/** What `kith export` does: writes the history of a store down. */
import { Archive, RelationshipStore } from "@kith/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { detailsOf, failed, type Failure } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as ArchiveFile from "./ArchiveFile.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Extent from "./Extent.ts"
import * as Run from "./Run.ts"

export interface Options {
  /** The standard output unless told. */
  readonly file: string | undefined
  readonly store: string
  readonly json: boolean
}

const standardOutput: ArchiveFile.ArchiveFile = {
  resume: undefined,
  write: Screen.write,
  finish: Effect.void,
}

const targetOf = (
  file: string | undefined,
): Effect.Effect<ArchiveFile.ArchiveFile, Failure, Scope.Scope> =>
  file === undefined || file === "-" ? Effect.succeed(standardOutput) : ArchiveFile.make(file)

/** The lines that say how many events there were, and up to which position. */
const mark = /^\{"(?:checkpoint|end)":\{"count":(\d+),"position":(\d+),/

const counter = (progress: Progress.Progress, before: number, lastPosition: number) => {
  let events = before
  return {
    events: () => events,
    look: (lines: ReadonlyArray<string>) => {
      const [, count, position] = mark.exec(lines.at(-1) ?? "") ?? []
      if (count === undefined) return
      events = Number(count)
      // Positions may have gaps: those ahead are taken to be as many as those behind.
      progress.reached(events, Math.round(events * Math.max(1, lastPosition / Number(position))))
    },
  }
}

const summary = ({ file, json }: Options, shown: string, events: number): string =>
  json
    ? JSON.stringify({ store: shown, ...(file === undefined ? {} : { file }), events })
    : `wrote ${Count.of(events, "event")} of ${shown}${file === undefined ? "" : ` to ${Screen.plain(file)}`}`

export const run = (options: Options): Effect.Effect<void, Failure> =>
  Run.onStore(options.store, ({ shown }) => {
    const isPiped = options.file === undefined || options.file === "-"
    // A bar would be in the way of lines on the same terminal.
    const isWatched = process.stderr.isTTY && !(isPiped && process.stdout.isTTY)
    const progress = isWatched ? Progress.onTerminal("events") : Progress.none
    return Effect.gen(function* () {
      const store = yield* RelationshipStore.RelationshipStore
      const target = yield* targetOf(options.file)
      const extent = isWatched ? Extent.lastPosition(store.log) : Effect.succeed(0)
      const counted = counter(
        progress,
        target.resume?.checkpoint.count ?? 0,
        yield* Effect.mapError(extent, Explanation.fromStore),
      )
      yield* Archive.write({ resume: target.resume }).pipe(
        Stream.mapError((error) => failed(Screen.oneLine(error.message), detailsOf(error))),
        Stream.runForEachArray((lines) =>
          Effect.map(target.write(`${lines.join("\n")}\n`), () => counted.look(lines)),
        ),
      )
      yield* target.finish
      progress.clear()
      const say = isPiped ? Screen.note : Screen.print
      yield* say(summary(options, shown, counted.events()))
    }).pipe(
      Effect.scoped,
      Effect.onInterrupt(() =>
        isPiped
          ? Effect.void
          : Effect.andThen(
              Effect.sync(progress.clear),
              Screen.note("kith: stopped; the same command again goes on"),
            ),
      ),
      Effect.ensuring(Effect.sync(progress.clear)),
    )
  })
