/** `kith export` */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Option from "effect/Option"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

const file = Argument.String("file").pipe(
  Argument.withDescription("Where to write; the standard output unless told"),
  Argument.filter(Options.isFileName, Options.fileName),
  Argument.optional,
)

export const exportCommand = Command.make(
  "export",
  { file, store: Store.store, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../store/Export.ts")),
      (Export) => Export.run({ ...input, file: Option.getOrUndefined(input.file) }),
    ),
).pipe(
  Command.withDescription(
    [
      "Writes the whole history of a store down, an event a line, with a checksum at the end. Into a",
      "file that an interrupted export left, it goes on.",
      "",
      "What it says of itself goes to the standard error. A sandbox's users, tokens and limits are",
      "no history: GET /sandbox/world writes them down.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Write the history of a store down"),
  Command.withExamples([
    { command: "kith export history.ndjson", description: "Of ./kith.db" },
    { command: "kith export --store postgres://… | gzip > history.gz", description: "Packed" },
  ]),
)
