/** Runs `kith`, and turns how it ended into an exit code. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as CliOutput from "effect/cli/CliOutput"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import * as Ending from "./Ending.ts"
import { Failure } from "./Failure.ts"
import { kith } from "./Kith.ts"

const complain = (message: string): void => {
  for (const line of message.split("\n")) process.stderr.write(`kith: ${line}\n`)
}

/** On one line, with the suggestions that come on lines of their own. */
const usageLine = (error: CliError.CliError): string =>
  error.message
    .replace(/\s+Did you mean this\?\s+/, "; did you mean ")
    .replaceAll(/\s*\n\s*/g, " or ")

const presenter = CliOutput.layerPresenter({
  present: (event) =>
    event._tag === "InvalidInvocation"
      ? Effect.sync(() => {
          for (const error of event.errors) complain(usageLine(error))
          complain(`see: ${event.commandPath.join(" ")} --help`)
        })
      : CliOutput.defaultPresenter.present(event),
})

const builtIns = [GlobalFlag.Help, GlobalFlag.Version]

const { version } = Schema.decodeSync(
  Schema.fromJsonString(Schema.Struct({ version: Schema.String })),
)(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

const program = Command.runWith(kith, { version })(process.argv.slice(2)).pipe(
  Effect.provide(Layer.mergeAll(NodeServices.layer, presenter, CliConfig.layer({ builtIns }))),
)

let ended: Ending.Signal | undefined

/** The exit code, after a line for what has not been told yet. */
const conclude = (exit: Exit.Exit<unknown, unknown>): number => {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.hasInterruptsOnly(exit.cause)) return Ending.exitCode(ended)
  const error = Cause.squash(exit.cause)
  if (error instanceof Failure) {
    complain(error.message)
    return error.exitCode
  }
  if (CliError.isCliError(error)) {
    // Help that was shown for lack of a subcommand is no mistake.
    return error._tag === "ShowHelp" && error.errors.length === 0 ? 0 : 2
  }
  complain(
    `this should not have happened: ${error instanceof Error ? error.message : String(error)}`,
  )
  return 1
}

// Whoever reads the output may have seen enough.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  process.exit(error.code === "EPIPE" ? 0 : 1)
})

const fiber = Effect.runFork(program)

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  // A second signal finds no listener and ends the process at once.
  process.once(signal, () => {
    ended = signal
    fiber.interruptUnsafe()
  })
}

fiber.addObserver((exit) => {
  const code = conclude(exit)
  process.stdout.write("", () => process.exit(code))
})
