/** Runs `kith` as a process, which signals and closed pipes end, and whose exit code tells the rest. */
import * as Effect from "effect/Effect"
import * as CommandLine from "./CommandLine.ts"
import type * as Ending from "./Ending.ts"

// Whoever reads the output may have seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1)
})

const fiber = Effect.runFork(CommandLine.carryOut(process.argv.slice(2)))
let ended: Ending.Signal | undefined

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second signal finds no listener and ends the process at once.
  process.once(signal, () => {
    ended = signal
    fiber.interruptUnsafe()
  })
}

fiber.addObserver((exit) => {
  const code = CommandLine.conclude(exit, ended)
  process.stdout.write("", () => process.exit(code))
})
