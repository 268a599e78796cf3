/** `kith reconcile` */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { misused } from "../Failure.ts"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

const user = Argument.String("user").pipe(
  Argument.withDescription("Whose relationships: a username or id of somebody who has signed in"),
)

const target = Argument.String("target").pipe(
  Argument.withDescription("The other side of one relationship; all of them unless told"),
  Argument.optional,
)

export const reconcile = Command.make(
  "reconcile",
  { user, target, cursor: Options.cursor, json: Options.json, ...X.flags },
  (input) =>
    Option.isSome(input.target) && Option.isSome(input.cursor)
      ? Effect.fail(
          misused("--cursor goes on through all of a user's relationships; name no target"),
        )
      : Effect.flatMap(
          Effect.promise(() => import("../x/Reconcile.ts")),
          (Reconcile) =>
            Reconcile.reconcile({
              ...X.inputOf(input),
              user: input.user,
              target: Option.getOrUndefined(input.target),
              cursor: Option.getOrUndefined(input.cursor),
            }),
        ),
).pipe(
  Command.withDescription(
    [
      "Looks at relationships on X, and finds out what became of commands of which nobody knows",
      "whether they took effect: those that exited with 3, and those whose process was killed.",
      "",
      "It waits until X's own lists show what was done: some seconds, or up to a minute after the",
      "process that sent the command was killed.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Find out what became of commands on X"),
  Command.withExamples([
    { command: "kith reconcile happycamper TwitterDev", description: "One relationship" },
    { command: "kith reconcile happycamper --wait 900", description: "All of them" },
  ]),
)
