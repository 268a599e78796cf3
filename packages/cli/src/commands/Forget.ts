/** `kith forget` */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

const before = Flag.String("before").pipe(
  Flag.withDescription("An age (30d, 12h), a day, or a time such as 2026-01-31T12:00:00Z"),
  Flag.withMetavar("when"),
)

export const forget = Command.make(
  "forget",
  { before, store: Store.store, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../store/Forget.ts")),
      (Forget) => Forget.forget(input),
    ),
).pipe(
  Command.withDescription(
    [
      "Forgets the ids of commands that were carried out before a time, and what stayed of users who",
      "were erased before it. A command that is repeated under a forgotten id is carried out anew.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Forget old command ids and erased users"),
  Command.withExamples([
    { command: "kith forget --before 30d", description: "What is older than 30 days" },
    { command: "kith forget --before 2026-01-31", description: "What was before that day" },
  ]),
)
