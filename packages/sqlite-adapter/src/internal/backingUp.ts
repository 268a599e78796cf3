/** Copying a file that is in use. */
import { StoreError, type Upkeep } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { closeSync, existsSync, linkSync, openSync, rmSync } from "node:fs"
import { resolve } from "node:path"
import { backup } from "node:sqlite"
import type { Connection } from "./Connection.ts"
import { toStoreError } from "./errors.ts"

/** Pages that are copied in one go: two megabytes. */
const pagesAtOnce = 512

const refused = (message: string): StoreError.StoreError =>
  new StoreError.StoreError({ reason: "Unavailable", message })

/** Begins a file that is not there yet, under another name. */
const begin = (file: string): string => {
  const part = `${file}.part`
  if (existsSync(file)) throw refused(`${file}: there is such a file already; choose another name`)
  if (existsSync(part)) {
    throw refused(`${part}: another backup is on its way, or was broken off; then remove it first`)
  }
  try {
    closeSync(openSync(part, "wx", 0o600))
  } catch (cause) {
    throw new StoreError.StoreError({
      reason: "Unavailable",
      message: `${part}: the file cannot be made; check its folder`,
      cause,
    })
  }
  return part
}

class Stopped extends Error {}

/** Copies one moment of a store into a new file. */
export const backUp = (
  open: () => Connection,
  to: string,
): Stream.Stream<Upkeep.Progress, StoreError.StoreError> =>
  Stream.callback((queue) =>
    Effect.gen(function* () {
      const file = resolve(to)
      const attempt = <A>(work: () => A) =>
        Effect.try({ try: work, catch: (error) => toStoreError(file, error) })
      const part = yield* Effect.acquireRelease(
        attempt(() => begin(file)),
        (name) =>
          Effect.sync(() => {
            // SQLite leaves the second one behind where it has no room.
            for (const left of [name, `${name}-journal`]) rmSync(left, { force: true })
          }),
      )
      const connection = yield* Effect.acquireRelease(attempt(open), (opened) =>
        Effect.sync(() => opened.close()),
      )
      // A transaction that reads keeps to one moment. Without it, each commit would begin it anew.
      yield* attempt(() => {
        connection.database.exec("BEGIN")
        connection.value("SELECT max(position) FROM events")
      })
      let isStopped = false
      const copying = backup(connection.database, part, {
        rate: pagesAtOnce,
        progress: ({ remainingPages, totalPages }) => {
          if (isStopped) throw new Stopped("stopped")
          const done = totalPages - remainingPages
          Queue.offerUnsafe(queue, { _tag: "Progress", done, total: totalPages })
        },
      })
      yield* Effect.tryPromise({
        try: () => copying,
        catch: (error) => toStoreError(file, error),
      }).pipe(
        Effect.onInterrupt(() => {
          isStopped = true
          return Effect.promise(() => copying.catch(() => 0))
        }),
      )
      // To link and not to rename: what has come to be there meanwhile is not overwritten.
      yield* attempt(() => linkSync(part, file))
      Queue.endUnsafe(queue)
    }),
  )
