/** `kith erase` */
import * as Effect from "effect/Effect"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

const user = Argument.String("user").pipe(Argument.withDescription("Whom to erase: an id"))

const yes = Flag.Boolean("yes").pipe(
  Flag.withDescription("Do it; without, it only says what would go"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const erase = Command.make(
  "erase",
  { user, yes, store: Store.store, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../store/Erase.ts")),
      (Erase) => Erase.erase(input),
    ),
).pipe(
  Command.withDescription(
    [
      "Erases a user: all relationships from and to them, and all that happened to these. One event",
      "stays for each, which says that something was erased; kith forget removes it in the end.",
      "",
      "A sandbox's user stays in its world, as somebody whom nothing has happened to, and the command",
      "says so. Backups and exports that were made before still have everything.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Erase a user from a store"),
  Command.withExamples([
    { command: "kith erase 63046977", description: "Say what would go" },
    { command: "kith erase 63046977 --yes", description: "Erase it" },
  ]),
)
