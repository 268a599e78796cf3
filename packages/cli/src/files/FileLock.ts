/**
 * One process at a time: a lock file beside a file, made by whoever may change it.
 *
 * The lock is held within one turn, for milliseconds. Who finds it waits, and takes it over when its
 * holder is gone: when the process that made it has ended, or when it is older than any holder can be.
 * A process that was stopped in the middle finds out before it writes that the lock is not its own
 * any more.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { randomBytes } from "node:crypto"
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import * as SystemError from "../SystemError.ts"
import { prepareDirectory, type Problem } from "./PrivateFile.ts"

const Holder = Schema.Struct({ pid: Schema.Int, host: Schema.String, token: Schema.String })
const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Holder))

/** Milliseconds that nobody holds a lock for. */
const longest = 10_000
/** Milliseconds that somebody waits for a lock: longer than that, so that a dead one is no end. */
const patience = 20_000

/** Makes a file that was not there. */
const create = (file: string, text: string): Result.Result<boolean, Problem> => {
  try {
    writeFileSync(file, text, { flag: "wx", mode: 0o600 })
    return Result.succeed(true)
  } catch (error) {
    return SystemError.codeOf(error) === "EEXIST"
      ? Result.succeed(false)
      : Result.fail({
          kind: "ReadOnly",
          message: `cannot make the lock ${file}: ${SystemError.explain(error)}`,
        })
  }
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return SystemError.codeOf(error) !== "ESRCH"
  }
}

const remove = (file: string): void => {
  try {
    rmSync(file, { force: true })
  } catch {
    // It grows old, and somebody else takes it over.
  }
}

interface Lock {
  readonly text: string
  readonly age: number
}

const look = (file: string): Lock | undefined => {
  try {
    const { mtimeMs } = statSync(file)
    return { text: readFileSync(file, "utf8"), age: Date.now() - mtimeMs }
  } catch {
    return undefined
  }
}

const isAbandoned = ({ age, text }: Lock): boolean => {
  if (age > longest) return true
  const holder = decode(text)
  // Who has made it has not written into it yet.
  if (holder._tag === "None") return false
  const { host, pid } = holder.value
  return host === hostname() && !isAlive(pid)
}

/**
 * Clears a lock away whose holder is gone; whether it may be free now. Those who want to do so take
 * turns, since the second might otherwise clear away the lock that the first has made since.
 */
const clear = (file: string): boolean => {
  const turn = `${file}.clear`
  if (Result.getOrElse(create(turn, ""), () => false)) {
    try {
      const lock = look(file)
      if (lock !== undefined && isAbandoned(lock)) remove(file)
    } finally {
      remove(turn)
    }
    return look(file) === undefined
  }
  const other = look(turn)
  if (other !== undefined && other.age > longest) remove(turn)
  return false
}

/** What a holder may ask: whether the lock is still its own. */
export type IsMine = () => boolean

/** Runs `use` while nobody else holds the lock of a file; it fails when that takes too long. */
export const hold = <A>(
  file: string,
  use: (isMine: IsMine) => Result.Result<A, Problem>,
): Effect.Effect<A, Problem> => {
  const lock = `${file}.lock`
  const attempt = (): Result.Result<A, Problem> | "held" => {
    const token = randomBytes(12).toString("base64url")
    const text = JSON.stringify({ pid: process.pid, host: hostname(), token })
    const made = create(lock, text)
    if (Result.isFailure(made)) return Result.fail(made.failure)
    if (!made.success) return "held"
    const isMine = () => look(lock)?.text === text
    try {
      return use(isMine)
    } finally {
      if (isMine()) remove(lock)
    }
  }
  return Effect.gen(function* () {
    yield* Effect.fromResult(prepareDirectory(file))
    const begin = yield* Clock.currentTimeMillis
    for (;;) {
      const outcome = attempt()
      if (outcome !== "held") return yield* Effect.fromResult(outcome)
      const found = look(lock)
      if (found !== undefined && isAbandoned(found) && clear(lock)) continue
      if ((yield* Clock.currentTimeMillis) - begin > patience) {
        return yield* Effect.fail<Problem>({
          kind: "Unavailable",
          message: `${file} is in use for too long; when no other kith is running, delete ${lock}`,
        })
      }
      yield* Effect.sleep(2 + 15 * (yield* Random.next))
    }
  })
}
