/** Reads the log as it comes over the wire. */
import { Schemas } from "@kith/sandbox/control"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Event } from "./Client.ts"
import { type Failure, failed } from "./Failure.ts"

const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schemas.Event))

const toEvent = (server: string, text: string): Result.Result<Event, Failure> =>
  Result.mapError(decode(text), () =>
    failed(`${server} sent an event that this version of kith cannot read`, {
      tag: "Unavailable",
    }),
  )

/** Chunks of whole lines: what came at once is dealt with at once. */
const chunksOfLines = (body: ReadableStream<Uint8Array>) => {
  let rest = ""
  return Stream.fromReadableStream({ evaluate: () => body, onError: () => "lost" as const }).pipe(
    Stream.decodeText(),
    Stream.map((text) => {
      const lines = (rest + text).split("\n")
      rest = lines.pop() ?? ""
      return lines
    }),
    Stream.filter((lines) => lines.length > 0),
  )
}

type Deal = (events: ReadonlyArray<Event>) => Effect.Effect<void, Failure>

const deal = (server: string, texts: ReadonlyArray<string>, next: Deal) =>
  texts.length === 0
    ? Effect.void
    : Effect.flatMap(
        Effect.fromResult(Result.all(texts.map((text) => toEvent(server, text)))),
        next,
      )

/** Reads lines of JSON to their end. */
export const lines = (
  server: string,
  body: ReadableStream<Uint8Array>,
  next: Deal,
): Effect.Effect<void, Failure> =>
  Stream.runForEach(chunksOfLines(body), (texts) =>
    deal(
      server,
      texts.filter((text) => text !== ""),
      next,
    ),
  ).pipe(
    Effect.catchIf(
      (error) => error === "lost",
      () =>
        Effect.fail(
          failed(`the connection to ${server} was lost`, { tag: "Unavailable", retryable: true }),
        ),
    ),
  )

/**
 * Reads server-sent events, whose data is on one line here, until the world is replaced or the
 * connection is lost.
 */
export const serverSent = (
  server: string,
  body: ReadableStream<Uint8Array>,
  next: Deal,
): Effect.Effect<"replaced" | "lost", Failure> => {
  let replaced = false
  return chunksOfLines(body).pipe(
    Stream.runForEach((texts) => {
      replaced ||= texts.includes("event: replaced")
      const data = texts.filter((text) => text.startsWith("data: ")).map((text) => text.slice(6))
      return deal(
        server,
        data.filter((text) => text !== "{}"),
        next,
      )
    }),
    Effect.map((): "replaced" | "lost" => (replaced ? "replaced" : "lost")),
    Effect.catchIf(
      (error) => error === "lost",
      () => Effect.succeed("lost" as const),
    ),
  )
}
