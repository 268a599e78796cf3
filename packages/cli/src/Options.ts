/** The arguments and flags that several commands share. */
import { RecordedEvent } from "@kith/core"
import * as Config from "effect/Config"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"

/** Where `kith serve` listens unless told. */
export const defaultServer = "http://127.0.0.1:4280"

/** A variable that is not set leaves an empty word behind, which names no file. */
export const isFileName = (text: string): boolean => text !== ""
export const fileName = (): string => "the name of a file"

export const on = Flag.String("on").pipe(
  Flag.withDescription(`x, or a Kith server; $KITH_URL or ${defaultServer} unless told`),
  Flag.withMetavar("url"),
  Flag.withFallbackConfig(Config.String("KITH_URL")),
  Flag.withDefault(defaultServer),
)

/** The words with which another command talks to the same server. */
export const onSame = (server: string): ReadonlyArray<string> =>
  server === (process.env["KITH_URL"] ?? defaultServer) ? [] : ["--on", server]

export const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Print JSON instead of text, an error too; several things on one line each"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const commandId = Flag.String("command-id").pipe(
  Flag.withDescription(
    "Makes the command repeatable: the same id again has no second effect; on X as long as nobody knows what became of it",
  ),
  Flag.withMetavar("id"),
  Flag.filter(
    Schema.is(RecordedEvent.CommandId),
    () => "1 to 128 printable ASCII characters without spaces",
  ),
  Flag.optional,
)

export const retweets = Flag.Boolean("retweets").pipe(
  Flag.withDescription("Show the target's retweets; --no-retweets hides them"),
  Flag.optional,
)

export const notifications = Flag.Boolean("notifications").pipe(
  Flag.withDescription("Be notified of the target's posts; --no-notifications ends it"),
  Flag.optional,
)

/** The preferences that were named. */
export const preferencesOf = (input: {
  readonly retweets: Option.Option<boolean>
  readonly notifications: Option.Option<boolean>
}) => ({
  retweets: Option.getOrUndefined(input.retweets),
  notifications: Option.getOrUndefined(input.notifications),
})

export const source = Argument.String("source").pipe(
  Argument.withDescription("Who follows: a username or id"),
)

export const target = Argument.String("target").pipe(
  Argument.withDescription("Who is followed: a username or id"),
)

export const user = Argument.String("user").pipe(Argument.withDescription("A username or id"))

const maxPage = 1_000

export const limit = Flag.Int("limit").pipe(
  Flag.withDescription(`Users at most, 1 to ${maxPage}, 100 unless told; with --all, at once`),
  Flag.withMetavar("n"),
  Flag.filter(
    (n) => n >= 1 && n <= maxPage,
    () => `a whole number from 1 to ${maxPage}`,
  ),
  Flag.optional,
)

export const all = Flag.Boolean("all").pipe(
  Flag.withDescription("Go on to the end of the list"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const cursor = Flag.String("cursor").pipe(
  Flag.withDescription("Where to go on, as an earlier call printed it"),
  Flag.withMetavar("cursor"),
  Flag.optional,
)
