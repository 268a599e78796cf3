/** The flags of the commands that act on X. */
import * as Config from "effect/Config"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Options from "../Options.ts"
import type * as Run from "./Run.ts"
import type { Place } from "./Session.ts"

export const profile = Flag.String("profile").pipe(
  Flag.withDescription(
    "On X: the profile; $KITH_PROFILE or ~/.config/kith/profile.json unless told",
  ),
  Flag.withMetavar("file"),
  Flag.withFallbackConfig(Config.String("KITH_PROFILE")),
  Flag.filter(Options.isFileName, Options.fileName),
  Flag.optional,
)

export const origin = Flag.String("origin").pipe(
  Flag.withDescription("Where X is: that of the profile or https://api.x.com unless told"),
  Flag.withMetavar("url"),
  Flag.withFallbackConfig(Config.String("KITH_X_ORIGIN")),
  Flag.optional,
)

export const api = Flag.Literals("api", ["auto", "v2", "v1"]).pipe(
  Flag.withDescription("On X: which API; v1 has preferences"),
  Flag.withDefault("auto"),
)

export const wait = Flag.Int("wait").pipe(
  Flag.withDescription("On X: how long to wait for a spent quota; it fails instead unless told"),
  Flag.withMetavar("seconds"),
  Flag.filter(
    (seconds) => seconds >= 0,
    () => "seconds, 0 or more",
  ),
  Flag.withDefault(0),
)

/** All that commands with `--on x` take beside their own. */
export const flags = { api, wait, profile, origin }

export const as = Flag.String("as").pipe(
  Flag.withDescription("On X: on whose behalf the list is read, of those who have signed in"),
  Flag.withMetavar("user"),
  Flag.optional,
)

export const names = Flag.Boolean("names").pipe(
  Flag.withDescription("On X: ask for names too, 100 users at a time; not with --json unless told"),
  Flag.optional,
)

/** Whether the server that was named is X itself. */
export const isX = (on: string): boolean => on.toLowerCase() === "x"

export const inputOf = (input: {
  readonly api: Run.Input["mode"]
  readonly wait: number
  readonly json: boolean
  readonly profile: Option.Option<string>
  readonly origin: Option.Option<string>
}): Run.Input => ({
  mode: input.api,
  wait: input.wait,
  json: input.json,
  place: placeOf(input),
})

export const placeOf = (input: {
  readonly profile: Option.Option<string>
  readonly origin: Option.Option<string>
}): Place => ({
  profile: Option.getOrUndefined(input.profile),
  origin: Option.getOrUndefined(input.origin),
})
