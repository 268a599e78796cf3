/** Asks for a line, of a person or of a pipe. */
import * as Effect from "effect/Effect"
import { createInterface } from "node:readline"

/** The first line of the standard input; nothing when it ends without one. */
export const line = (question: string): Effect.Effect<string | undefined> =>
  Effect.callback((resume) => {
    process.stdout.write(question)
    const lines = createInterface({ input: process.stdin, terminal: false })
    let answer: string | undefined
    lines.once("line", (text) => {
      answer = text
      lines.close()
    })
    lines.once("close", () => {
      // A person's own line break ends the line on the screen; a pipe's does not.
      if (!process.stdin.isTTY) process.stdout.write("\n")
      process.stdin.destroy()
      resume(Effect.succeed(answer?.trim() === "" ? undefined : answer))
    })
    return Effect.sync(() => lines.close())
  })
