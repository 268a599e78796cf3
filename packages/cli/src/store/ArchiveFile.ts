/**
 * The file that an export goes into: a new one, or one that an interrupted export left.
 *
 * It is for its owner alone, and what it is called whole has reached the disk.
 */
import { Archive } from "@kith/core"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { type FileHandle, open, stat } from "node:fs/promises"
import type { Failure } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as SystemError from "../SystemError.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Input from "./Input.ts"

/** `resume` is absent when the file is new, or empty. */
export interface ArchiveFile {
  readonly resume: Archive.Resumption | undefined
  readonly write: (text: string) => Effect.Effect<void, Failure>
  /** Ends once all of it is on the disk. */
  readonly finish: Effect.Effect<void, Failure>
}

/** `left` is a file that was there; a device or pipe takes what comes, and nothing is looked for in it. */
interface Opened {
  readonly handle: FileHandle
  readonly kind: "new" | "left" | "device"
}

const openOrMake = async (file: string): Promise<Opened> => {
  try {
    return { handle: await open(file, "wx", 0o600), kind: "new" }
  } catch (error) {
    if (SystemError.codeOf(error) !== "EEXIST") throw error
    return (await stat(file)).isFile()
      ? { handle: await open(file, "r+"), kind: "left" }
      : { handle: await open(file, "w"), kind: "device" }
  }
}

const acquire = (file: string): Effect.Effect<Opened, Failure, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: () => openOrMake(file),
      catch: (error) =>
        SystemError.codeOf(error) === "ENOENT"
          ? Explanation.fromFile(`there is no folder for ${Screen.plain(file)}; make it first`)
          : Explanation.fromSystem("write", file, error),
    }),
    ({ handle }) => Effect.promise(() => handle.close()),
  )

/** What an earlier export has left of a file; a file that is anything else is not touched. */
const leftOver = (file: string): Effect.Effect<Archive.Resumption | undefined, Failure> =>
  Effect.gen(function* () {
    const name = Screen.plain(file)
    const input = yield* Input.open(file)
    if (input.size === 0) return undefined
    const resume = yield* Archive.resumption(Input.wholeLines(input)).pipe(
      Effect.catchTag("ArchiveError", (error) =>
        Effect.fail(
          Explanation.fromFile(
            `${name} is there already, and cannot be gone on with: ${error.message}`,
          ),
        ),
      ),
    )
    if (resume === undefined) {
      return yield* Explanation.fromFile(
        `${name} is there already, and is no archive; give another name`,
      )
    }
    if (resume.isComplete) {
      return yield* Explanation.fromFile(
        `${name} is a whole archive already, of ${Count.of(resume.checkpoint.count, "event")}; give another name`,
      )
    }
    return resume
  })

export const make = (file: string): Effect.Effect<ArchiveFile, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const attempt = <A>(use: () => Promise<A>): Effect.Effect<A, Failure> =>
      Effect.tryPromise({
        try: use,
        catch: (error) => Explanation.fromSystem("write", file, error),
      })
    const { handle, kind } = yield* acquire(file)
    const resume = kind === "left" ? yield* leftOver(file) : undefined
    let end = resume?.characters ?? 0
    // What is behind the last checkpoint goes when it is known that there is something to take its place.
    let isCut = resume === undefined
    return {
      resume,
      write: (text) =>
        attempt(async () => {
          if (!isCut) await handle.truncate(end)
          isCut = true
          let rest = Buffer.from(text)
          while (rest.length > 0) {
            const { bytesWritten } = await handle.write(
              rest,
              0,
              rest.length,
              kind === "device" ? null : end,
            )
            rest = rest.subarray(bytesWritten)
            end += bytesWritten
          }
        }),
      finish: kind === "device" ? Effect.void : attempt(() => handle.sync()),
    }
  })
