/** `kith import` */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

const file = Argument.String("file").pipe(
  Argument.withDescription("What kith export wrote, or a world file; - for the standard input"),
  Argument.filter(Options.isFileName, Options.fileName),
)

const replace = Flag.Boolean("replace").pipe(
  Flag.withDescription("Put a world file in the place of the world that the store has"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const importCommand = Command.make(
  "import",
  { file, replace, store: Store.store, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../store/Import.ts")),
      (Import) => Import.run(input),
    ),
).pipe(
  Command.withDescription(
    [
      "Reads a history that kith export wrote, event by event, into a store that is empty or has a",
      "part of it: an import that was interrupted goes on. A file that is not as it was written is",
      "refused, with the line.",
      "",
      "A world file fills the store as kith serve --world does, without serving.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Read a history or a world into a store"),
  Command.withExamples([
    { command: "kith import history.ndjson", description: "Into ./kith.db" },
    { command: "kith import my.json --store sqlite:my.db", description: "A world file" },
    {
      command: "kith export | kith import - --store postgres://…",
      description: "From a file into a database",
    },
  ]),
)
