/** What `kith backup` does: copies an SQLite store while it is in use. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { stat } from "node:fs/promises"
import { type Failure, misused } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as Shell from "../Shell.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Open from "./Open.ts"
import * as Run from "./Run.ts"

export interface Input {
  readonly store: string
  readonly file: string
  readonly json: boolean
}

const sizeOf = (file: string): Effect.Effect<number, Failure> =>
  Effect.map(
    Effect.tryPromise({
      try: () => stat(file),
      catch: (error) => Explanation.fromSystem("read", file, error),
    }),
    ({ size }) => size,
  )

export const backup = ({ file, json, store }: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const url = yield* Run.durable(store)
    if (url._tag === "Postgres") {
      return yield* misused(
        "kith backup copies SQLite files; back up a PostgreSQL database with pg_dump, or its log with: kith export FILE",
      )
    }
    const { layer, SqliteBackup } = yield* Open.sqlite(url.file, "existing")
    const progress = Progress.onTerminal("pages")
    yield* Effect.gen(function* () {
      const source = yield* SqliteBackup.SqliteBackup
      yield* source.to(file).pipe(
        Stream.mapError(Explanation.fromStore),
        Stream.runForEach(({ done, total }) => Effect.sync(() => progress.reached(done, total))),
      )
    }).pipe(
      Effect.provide(layer),
      Effect.catchTag("StoreError", (error) => Effect.fail(Explanation.fromStore(error))),
      Effect.ensuring(Effect.sync(progress.clear)),
    )
    const bytes = yield* sizeOf(file)
    yield* Screen.print(
      json
        ? JSON.stringify({ store: url.shown, file, bytes })
        : `copied ${url.shown} to ${Screen.plain(file)}, ${Count.of(bytes, "byte")}; use it with: --store ${Shell.quote(`sqlite:${file}`)}`,
    )
  })
