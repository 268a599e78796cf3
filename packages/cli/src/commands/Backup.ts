/** `kith backup` */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

const file = Argument.String("file").pipe(
  Argument.withDescription("The file to write, which must not be there yet"),
  Argument.filter(Options.isFileName, Options.fileName),
)

export const backup = Command.make(
  "backup",
  { file, store: Store.store, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../store/Backup.ts")),
      (Backup) => Backup.backup(input),
    ),
).pipe(
  Command.withDescription(
    [
      "Copies an SQLite store into another file, while it is in use. The copy is a store like any",
      "other, as of one moment.",
      "",
      "A PostgreSQL database is backed up with pg_dump, or its log with kith export.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Copy an SQLite store while it is in use"),
  Command.withExamples([
    { command: "kith backup monday.db", description: "Copy ./kith.db" },
    { command: "kith serve --store sqlite:./monday.db", description: "Look into the copy" },
    { command: "kith backup /mnt/kith.db --store sqlite:/srv/kith.db" },
  ]),
)
