/**
 * Files that hold secrets: nobody but their owner may read them, and nobody sees one half-written.
 *
 * Everything here is done in one turn, so that whoever holds a lock holds it for milliseconds.
 */
import * as Result from "effect/Result"
import {
  closeSync,
  fchmodSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { dirname } from "node:path"
import { quote } from "../Shell.ts"
import * as SystemError from "../SystemError.ts"

/**
 * Why a file could not be used. `message` is one line that names the file and says what to do.
 *
 * - `Exposed`: others can read it, or put another in its place.
 * - `Full`, `ReadOnly`: it cannot be written. `Unavailable`: everything else that the system says.
 */
export interface Problem {
  readonly kind: "Exposed" | "Full" | "ReadOnly" | "Unavailable"
  readonly message: string
}

const hasModes = process.platform !== "win32"

const kinds: Readonly<Record<string, Problem["kind"]>> = {
  EACCES: "ReadOnly",
  EPERM: "ReadOnly",
  EROFS: "ReadOnly",
  ENOSPC: "Full",
  EDQUOT: "Full",
}

const problem = (what: string, file: string, error: unknown): Problem => ({
  kind: kinds[SystemError.codeOf(error) ?? ""] ?? "Unavailable",
  message: `cannot ${what} ${file}: ${SystemError.explain(error)}`,
})

const octal = (mode: number): string => (mode & 0o7777).toString(8).padStart(4, "0")

/** The text of a file; nothing when there is none. A file that others can read is refused. */
export const read = (file: string): Result.Result<string | undefined, Problem> => {
  let descriptor: number | undefined
  try {
    // Of directories and devices nobody may be told to change the mode; a pipe would be waited for.
    if (!statSync(file).isFile()) {
      return Result.fail({
        kind: "ReadOnly",
        message: `cannot read ${file}: it is no file; name another one`,
      })
    }
    descriptor = openSync(file, "r")
    const { mode } = fstatSync(descriptor)
    if (hasModes && (mode & 0o077) !== 0) {
      return Result.fail({
        kind: "Exposed",
        message: `${file} holds secrets and is open to others (mode ${octal(mode)}); run: chmod 600 ${quote(file)}`,
      })
    }
    return Result.succeed(readFileSync(descriptor, "utf8"))
  } catch (error) {
    return SystemError.codeOf(error) === "ENOENT"
      ? Result.succeed(undefined)
      : Result.fail(problem("read", file, error))
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** Makes the directory of a file, for its owner alone; refuses one that others can write into. */
export const prepareDirectory = (file: string): Result.Result<void, Problem> => {
  const directory = dirname(file)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    const { mode } = statSync(directory)
    // With the sticky bit, as in /tmp, nobody can replace what belongs to somebody else.
    const isOpen = (mode & 0o022) !== 0 && (mode & 0o1000) === 0
    return hasModes && isOpen
      ? Result.fail({
          kind: "Exposed",
          message: `others can put files into ${directory} (mode ${octal(mode)}), where secrets are to be kept; run: chmod 700 ${quote(directory)}`,
        })
      : Result.void
  } catch (error) {
    return Result.fail(problem("make the directory", directory, error))
  }
}

/** Where a file really is: what a link points to is replaced, and not the link. */
export const resolve = (file: string): string => {
  try {
    return realpathSync(file)
  } catch {
    return file
  }
}

/** Best effort: not every system lets a directory be flushed. */
const flushDirectory = (directory: string): void => {
  try {
    const descriptor = openSync(directory, "r")
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch {
    // The file itself is on the disk, and its name will be.
  }
}

/**
 * Puts a text in the place of a file as a whole, with the mode 0600, and on the disk when this is
 * done. Only one may do so at a time: hold the file's lock. `proceed` is asked right before the old
 * file goes; without its consent the old one stays.
 *
 * @returns whether it was done
 */
export const replace = (
  file: string,
  text: string,
  proceed: () => boolean = () => true,
): Result.Result<boolean, Problem> => {
  // One name for all: what a process leaves behind when it dies is cleared away by the next.
  const temporary = `${file}.new`
  try {
    rmSync(temporary, { force: true })
    const descriptor = openSync(temporary, "wx", 0o600)
    try {
      if (hasModes) fchmodSync(descriptor, 0o600)
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    if (!proceed()) {
      rmSync(temporary, { force: true })
      return Result.succeed(false)
    }
    renameSync(temporary, file)
    flushDirectory(dirname(file))
    return Result.succeed(true)
  } catch (error) {
    try {
      rmSync(temporary, { force: true })
    } catch {
      // The first error says more.
    }
    return Result.fail(problem("write", file, error))
  }
}
