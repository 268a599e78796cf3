/**
 * An event with everything that is known about how it came to be.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { EventId } from "./EventId.ts"
import { RelationshipEvent } from "./RelationshipEvent.ts"
import { UserId } from "./UserId.ts"

/**
 * The place of an event in a store's log, 1 or more. Positions are strictly increasing; they may
 * have gaps, and mean nothing outside their store. 0 stands for "before the first event".
 *
 * @category schemas
 * @since 0.1.0
 */
export const Position = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * How many events an edge has had: its first event has version 1, the next 2, without gaps. 0 stands
 * for an edge that nothing happened to.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Version = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

/**
 * A name that the caller gives a command, so that repeating it has no second effect: 1 to 128
 * characters of printable ASCII, such as a UUID.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CommandId = Schema.String.check(
  Schema.isPattern(/^[\x21-\x7e]{1,128}$/u, {
    message: "a command id is 1 to 128 printable ASCII characters without spaces",
  }),
)

/**
 * How we know of an event: it was `decided` here, where we are the authority; `confirmed` by the
 * remote that carried out our command; or `observed` on the remote, where others act too.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Provenance = Schema.Literals(["decided", "confirmed", "observed"])

/**
 * @category models
 * @since 0.1.0
 */
export type Provenance = typeof Provenance.Type

/**
 * - `time` is in milliseconds since 1970 on the recording side's clock. It never decides the order
 *   of events: `version` and `position` do.
 * - `commandId` is the caller's, or the id of the first event that the command caused.
 * - `correlationId` names the conversation that the command belongs to, `causationId` what led to
 *   it; both are the command id unless the caller says otherwise.
 * - `actor` is who acted; `null` when that was not seen.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RecordedEvent = Schema.Struct({
  id: EventId,
  source: UserId,
  target: UserId,
  version: Version,
  position: Position,
  time: Schema.Int,
  commandId: CommandId,
  correlationId: CommandId,
  causationId: CommandId,
  actor: Schema.NullOr(UserId),
  provenance: Provenance,
  event: RelationshipEvent,
})

/**
 * @category models
 * @since 0.1.0
 */
export type RecordedEvent = typeof RecordedEvent.Type
