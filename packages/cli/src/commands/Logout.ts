/** `kith logout` */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

const user = Argument.String("user").pipe(
  Argument.withDescription("Who signs out: a username or id; may be left out where only one is in"),
  Argument.optional,
)

const local = Flag.Boolean("local").pipe(
  Flag.withDescription("Forget it here alone; at X the grant stays good"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const logout = Command.make(
  "logout",
  { user, local, profile: X.profile, origin: X.origin, json: Options.json },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../x/Logout.ts")),
      (Logout) =>
        Logout.logout({
          place: X.placeOf(input),
          user: Option.getOrUndefined(input.user),
          local: input.local,
          json: input.json,
        }),
    ),
).pipe(
  Command.withDescription(
    [
      "Takes back what kith login has brought: X ends the grant of OAuth 2.0, and the profile and the",
      "journal beside it forget the user's tokens. When X cannot do so, nothing is forgotten.",
      "",
      "X has no call that ends a token of OAuth 1.0a: the user does so at x.com/settings/connected_apps.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Sign a user out of X"),
  Command.withExamples([
    { command: "kith logout", description: "The only one who has signed in" },
    { command: "kith logout happycamper --json", description: "For a program" },
    { command: "kith logout happycamper --local", description: "Without X" },
  ]),
)
