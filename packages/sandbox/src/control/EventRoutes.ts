/**
 * The route that gives the log: as lines of JSON up to its end, or as server-sent events that go on.
 *
 * @since 0.1.0
 */
import type { RecordedEvent, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Reply } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import * as Mistake from "../world/Mistake.ts"
import type { ControlPlane } from "./ControlPlane.ts"
import { endpoints } from "./Declarations.ts"
import * as EventJson from "./EventJson.ts"
import * as Handling from "./Handling.ts"
import * as Schemas from "./Schemas.ts"

const decodeQuery = Handling.query(Schemas.EventsQuery)
const decodeLastEventId = Mistake.decoder(Schemas.EventsQuery.fields.from)

/** Events that are read and written at once. */
const batch = 1_000

/** Proxies and clients give up on connections that are silent for a minute. */
const heartbeat = "15 seconds"

const toLine = (event: RecordedEvent.RecordedEvent): string =>
  `${JSON.stringify(EventJson.encode(event))}\n`

/** What failed in the middle of an answer ends it; the reader takes up again at its last position. */
const untilFailure = <A>(stream: Stream.Stream<A, StoreError.StoreError>): Stream.Stream<A> =>
  Stream.catch(stream, () => Stream.empty)

const ndjson = (plane: ControlPlane, from: number): Reply => ({
  status: 200,
  contentType: "application/x-ndjson; charset=utf-8",
  headers: { "cache-control": "no-store" },
  body: untilFailure(
    Stream.paginate(from, (after) =>
      Effect.map(plane.log(after, batch), (events) => [
        events.length === 0 ? [] : [events.map(toLine).join("")],
        Option.map(
          Option.fromUndefinedOr(events.length < batch ? undefined : events.at(-1)),
          (last) => last.position,
        ),
      ]),
    ),
  ),
})

const toServerSent = (event: RecordedEvent.RecordedEvent): string =>
  `id: ${event.position}\ndata: ${JSON.stringify(EventJson.encode(event))}\n\n`

/**
 * The position to begin behind. One that the log has not reached is from a world that is gone, and
 * a reader who comes back with it has seen nothing of this one.
 */
const resume = (plane: ControlPlane, from: number) =>
  from === 0
    ? Effect.succeed(0)
    : Effect.map(plane.log(from - 1, 1), (events) => (events.length === 0 ? 0 : from))

const serverSent = (plane: ControlPlane, world: LiveWorld, from: number): Reply => ({
  status: 200,
  contentType: "text/event-stream; charset=utf-8",
  headers: { "cache-control": "no-store", "x-accel-buffering": "no" },
  body: Stream.make(": the log\nretry: 1000\n\n").pipe(
    Stream.concat(
      untilFailure(Stream.map(world.relationships.changes({ from }), toServerSent)).pipe(
        Stream.merge(Stream.as(Stream.tick(heartbeat), ": still here\n\n")),
        Stream.interruptWhen(
          // The world may have gone before its stream began.
          Effect.suspend(() => (plane.world() === world ? plane.replaced : Effect.void)),
        ),
      ),
    ),
    Stream.concat(Stream.make("event: replaced\ndata: {}\n\n")),
  ),
})

/** Whether a reader asks for server-sent events; whoever takes anything gets lines. */
const wantsServerSent = (accept: string | undefined): boolean =>
  accept?.split(",").some((type) => /^\s*text\/event-stream\s*(?:;|$)/i.test(type)) ?? false

/** @category constructors @since 0.1.0 */
export const routes = (plane: ControlPlane): ReadonlyArray<Route> => [
  Handling.route(endpoints.events, (world, call) =>
    Effect.gen(function* () {
      const query = yield* decodeQuery(call)
      const last = call.request.headers["last-event-id"]
      const from =
        last === undefined || last === ""
          ? query.from
          : yield* Handling.accept(
              Result.mapError(decodeLastEventId(last), () => [
                Mistake.at(["last-event-id"], "a position is a whole number of at most 15 digits"),
              ]),
            )
      const position = Number(from ?? 0)
      return wantsServerSent(call.request.headers["accept"])
        ? serverSent(plane, world, yield* resume(plane, position))
        : ndjson(plane, position)
    }),
  ),
]
