/**
 * The stored form of events: what the log exports and what durable stores keep.
 *
 * One event is one JSON object; `type`, `v` and `data` hold the payload, the rest is the envelope:
 *
 * ```json
 * {"position":1,"id":"…","source":"1","target":"2","version":1,"time":1767225600000,
 *  "commandId":"…","correlationId":"…","causationId":"…","actor":"1","provenance":"decided",
 *  "type":"Followed","v":1,"data":{"retweets":true,"notifications":false}}
 * ```
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { RecordedEvent } from "./RecordedEvent.ts"
import { RelationshipEvent, type Tag } from "./RelationshipEvent.ts"
import * as Upcast from "./Upcast.ts"

const envelope = Struct.omit(RecordedEvent.fields, ["event"])

/**
 * An event in its stored form, of any version: what {@link EventCodec} writes and reads. Its
 * payload may be one that this code cannot read.
 *
 * @category schemas
 * @since 0.1.0
 */
export const StoredEvent = Schema.Struct({ ...envelope, ...Upcast.StoredPayload.fields })

/**
 * @category models
 * @since 0.1.0
 */
export type StoredEvent = typeof StoredEvent.Type

/**
 * The version in which each payload is written today. A number goes up together with a new step in
 * {@link steps}, and a golden file of the version before stays in the tests for good.
 *
 * @category schemas
 * @since 0.1.0
 */
export const currentVersions: Readonly<Record<Tag, number>> = {
  FollowRequested: 1,
  Followed: 1,
  FollowRequestApproved: 1,
  FollowRequestDenied: 1,
  FollowRequestCancelled: 1,
  Unfollowed: 1,
  FollowerRemoved: 1,
  RetweetsTurnedOn: 1,
  RetweetsTurnedOff: 1,
  NotificationsTurnedOn: 1,
  NotificationsTurnedOff: 1,
  Erased: 1,
}

/**
 * From every version that was ever written to the next. None yet: every payload is in its first.
 *
 * @category schemas
 * @since 0.1.0
 */
export const steps: ReadonlyArray<Upcast.Step> = []

/**
 * Writes events down in today's form, and reads those of every form that there ever was.
 *
 * @category models
 * @since 0.1.0
 */
export interface EventCodec {
  /** The stored form, in the current version. */
  readonly encode: (recorded: RecordedEvent) => StoredEvent
  /**
   * The event in today's form. Fails, with the reason, for what is not a stored event and for what
   * newer code wrote; it never skips or guesses.
   */
  readonly decode: (stored: unknown) => Result.Result<RecordedEvent, Upcast.Unreadable>
}

const decodeStored = Schema.decodeUnknownResult(StoredEvent)
const decodePayload = Schema.decodeUnknownResult(RelationshipEvent)

/**
 * A codec for a set of payload versions. Fails when the steps do not form complete chains.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  versions: Readonly<Record<Tag, number>>,
  upcasts: ReadonlyArray<Upcast.Step>,
): Result.Result<EventCodec, string> =>
  Result.map(Upcast.make(versions, upcasts), (upcast) => ({
    encode: ({ event, ...rest }) => {
      const { _tag, ...data } = event
      return { ...rest, type: _tag, v: versions[_tag], data }
    },
    decode: (stored) =>
      Result.flatMap(
        Result.mapError(decodeStored(stored), unreadable),
        ({ type, v, data, ...rest }) =>
          Result.flatMap(upcast({ type, v, data }), (current) =>
            Result.mapBoth(decodePayload({ ...current.data, _tag: current.type }), {
              onFailure: unreadable,
              onSuccess: (event) => ({ ...rest, event }),
            }),
          ),
      ),
  }))

const unreadable = (error: { readonly message: string }): Upcast.Unreadable => ({
  _tag: "Unreadable",
  message: error.message,
})
