/** `kith rebuild` */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

export const rebuild = Command.make(
  "rebuild",
  { store: Store.store, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../store/Rebuild.ts")),
      (Rebuild) => Rebuild.rebuild(input),
    ),
).pipe(
  Command.withDescription(
    [
      "Makes relationships, lists and counts anew from the log. Readers see the old ones until the",
      "new ones are there as a whole, and commands go on.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Make relationships and lists anew from the log"),
  Command.withExamples([
    { command: "kith rebuild", description: "Of ./kith.db" },
    { command: "KITH_STORE=postgres://… kith rebuild", description: "Of a database" },
  ]),
)
