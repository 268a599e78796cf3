/** Tells what went wrong: on lines for a person or, with `--json`, as one object for a program. */
import type { Failure } from "./Failure.ts"

/** Whether a command line asks for JSON; it may be wrong in any other way. */
export const isForProgram = (words: ReadonlyArray<string>): boolean => {
  const end = words.indexOf("--")
  return words.slice(0, end < 0 ? words.length : end).includes("--json")
}

const toJson = ({ commandId, cursor, message, reason, resetAt, retryable, tag }: Failure): string =>
  JSON.stringify({
    tag,
    message,
    reason,
    retryable,
    resetAt: resetAt === undefined ? undefined : new Date(resetAt).toISOString(),
    commandId,
    cursor,
  })

/** @param words the command line */
export const complain = (failure: Failure, words: ReadonlyArray<string>): void => {
  const lines = isForProgram(words)
    ? [toJson(failure)]
    : failure.message.split("\n").map((line) => `kith: ${line}`)
  process.stderr.write(`${lines.join("\n")}\n`)
}
