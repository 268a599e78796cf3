/** Runs `kith` as a process, which signals and closed pipes end, and whose exit code tells the rest. */
import * as Effect from "effect/Effect"
import * as CommandLine from "./CommandLine.ts"
import { complain } from "./Complaint.ts"
import type * as Ending from "./Ending.ts"
import { fromFile } from "./store/Explanation.ts"
import * as SystemError from "./SystemError.ts"

const words = process.argv.slice(2)

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // Whoever reads the output may have seen enough.
  if (error.code === "EPIPE") process.exit(0)
  complain(fromFile(`cannot write the output: ${SystemError.explain(error)}`), words)
  process.exit(1)
})

const fiber = Effect.runFork(CommandLine.carryOut(words))
let ended: Ending.Signal | undefined

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second signal finds no listener and ends the process at once.
  process.once(signal, () => {
    ended = signal
    fiber.interruptUnsafe()
  })
}

fiber.addObserver((exit) => {
  const code = CommandLine.conclude(words, exit, ended)
  process.stdout.write("", () => process.exit(code))
})
