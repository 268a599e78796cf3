/** `kith check` */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

export const check = Command.make("check", { store: Store.store, json: Options.json }, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("../store/Check.ts")),
    (Check) => Check.check(input),
  ),
).pipe(
  Command.withDescription(
    [
      "Reads a whole store, and says where relationships, lists or counts are not what the log says,",
      "or the log contradicts itself. It changes nothing, and commands go on meanwhile.",
      "",
      "Exits with 1 when there are faults.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Look for faults in a store"),
  Command.withExamples([
    { command: "kith check", description: "Of ./kith.db" },
    { command: "kith check --store sqlite:monday.db --json", description: "For a program" },
  ]),
)
