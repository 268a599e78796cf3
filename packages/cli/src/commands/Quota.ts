/** `kith quota` */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

const user = Argument.String("user").pipe(
  Argument.withDescription("Whose quota: a username or id; everybody's and the app's unless told"),
  Argument.optional,
)

export const quota = Command.make(
  "quota",
  { user, json: Options.json, profile: X.profile, origin: X.origin },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../x/QuotaTable.ts")),
      (QuotaTable) =>
        QuotaTable.quota({
          place: X.placeOf(input),
          user: Option.getOrUndefined(input.user),
          json: input.json,
        }),
    ),
).pipe(
  Command.withDescription(
    [
      "Shows how much of X's quota is used: the windows that are open, as X has announced them and",
      "as the commands with this profile have counted. X is not asked.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Show how much of X's quota is used"),
  Command.withExamples([
    { command: "kith quota", description: "All that is counted" },
    { command: "kith quota happycamper --json", description: "Of one user, for a program" },
  ]),
)
