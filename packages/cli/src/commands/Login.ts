/** `kith login` */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as X from "../x/Options.ts"

const pin = Flag.Boolean("pin").pipe(
  Flag.withDescription("By OAuth 1.0a and a PIN: for preferences and API v1.1; does not expire"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

const callback = Flag.String("callback").pipe(
  Flag.withDescription("Where X sends you back to: a callback of the app, to the letter"),
  Flag.withMetavar("url"),
  Flag.withDefault("http://127.0.0.1:8739/callback"),
)

const open = Flag.Boolean("open").pipe(
  Flag.withDescription("Open the page in the browser"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

const saveApp = Flag.Boolean("save-app").pipe(
  Flag.withDescription("Keep the app's credentials in the profile too"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const login = Command.make(
  "login",
  { pin, callback, open, saveApp, profile: X.profile, origin: X.origin },
  (input) =>
    Effect.flatMap(
      Effect.promise(() => import("../x/Login.ts")),
      (Login) => Login.login({ ...input, place: X.placeOf(input) }),
    ),
).pipe(
  Command.withDescription(
    [
      "Signs a user in to X, through an app of yours, so that kith can act for them.",
      "Add the callback http://127.0.0.1:8739/callback to the app's settings first, or name one",
      "that is there.",
      "",
      "The app's credentials are those of its page for developers, in the environment:",
      "  KITH_X_CLIENT_ID, KITH_X_CLIENT_SECRET (if any)   OAuth 2.0",
      "  KITH_X_CONSUMER_KEY, KITH_X_CONSUMER_SECRET       OAuth 1.0a: --pin",
      "  KITH_X_BEARER_TOKEN                               the app's own, for reading",
      "  KITH_X_ACCESS_TOKEN, KITH_X_ACCESS_TOKEN_SECRET   a user's: no sign-in",
      "",
      "What a sign-in gives is kept in the profile and in the journal beside it, which only you",
      "can read. Without --save-app the app's secrets are not.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Sign a user in to X"),
  Command.withExamples([
    { command: "kith login", description: "In the browser, by OAuth 2.0" },
    { command: "kith login --pin", description: "With a PIN, by OAuth 1.0a" },
    {
      command: "kith login --origin http://127.0.0.1:4280 --profile ./sandbox.json",
      description: "To a sandbox",
    },
  ]),
)
