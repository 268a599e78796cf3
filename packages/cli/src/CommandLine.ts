/**
 * `kith` with one command line: what it does, and as which exit code that ends. A line for whatever went
 * wrong is written by then.
 */
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
import { complain } from "./Complaint.ts"
import * as Ending from "./Ending.ts"
import { Failure, failed, misused } from "./Failure.ts"
import * as Help from "./Help.ts"
import { kith } from "./Kith.ts"
import * as Screen from "./Screen.ts"

/** On one line, with the suggestions that come on lines of their own. */
const usageLine = (error: CliError.CliError): string =>
  error.message
    .replace(/\s+Did you mean this\?\s+/, "; did you mean ")
    .replace(
      /Expected (?:a string representing a finite number|an integer)\b.*/s,
      "Expected: a whole number",
    )
    .replaceAll(/\s*\n\s*/g, " or ")

const presenter = (words: ReadonlyArray<string>) =>
  CliOutput.layerPresenter({
    present: (event) => {
      switch (event._tag) {
        case "InvalidInvocation": {
          const help = `see: ${event.commandPath.join(" ")} --help`
          const mistakes = [...event.errors.map(usageLine), help].join("\n")
          return Effect.sync(() => complain(misused(mistakes), words))
        }
        case "Help": {
          const formatter = CliOutput.defaultFormatter({ colors: Screen.hasColours() })
          return Screen.print(Help.fit(formatter.formatHelpDoc(event.helpDoc), Screen.width()))
        }
        case "Version":
          return Screen.print(`${event.name} v${event.version}`)
      }
    },
  })

const builtIns = [GlobalFlag.Help, GlobalFlag.Version]

const { version } = Schema.decodeSync(
  Schema.fromJsonString(Schema.Struct({ version: Schema.String })),
)(readFileSync(new URL("../package.json", import.meta.url), "utf8"))

/** @param words those behind the command's name */
export const carryOut = (words: ReadonlyArray<string>): Effect.Effect<void, unknown> =>
  Command.runWith(kith, { version })(words).pipe(
    Effect.provide(
      Layer.mergeAll(NodeServices.layer, presenter(words), CliConfig.layer({ builtIns })),
    ),
  )

/**
 * The exit code, after a line for what has not been told yet.
 *
 * @param words as they were carried out
 * @param ended by which signal, if so
 */
export const conclude = (
  words: ReadonlyArray<string>,
  exit: Exit.Exit<unknown, unknown>,
  ended: Ending.Signal | undefined,
): number => {
  if (Exit.isSuccess(exit)) return 0
  if (Cause.hasInterruptsOnly(exit.cause)) return Ending.exitCode(ended)
  const error = Cause.squash(exit.cause)
  if (error instanceof Failure) {
    complain(error, words)
    return error.exitCode
  }
  if (CliError.isCliError(error)) {
    // Help that was shown for lack of a subcommand is no mistake.
    return error._tag === "ShowHelp" && error.errors.length === 0 ? 0 : 2
  }
  const message = error instanceof Error ? error.message : String(error)
  complain(failed(`this should not have happened: ${message}`, { tag: "Unexpected" }), words)
  return 1
}
