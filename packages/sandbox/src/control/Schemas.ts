/**
 * What goes into the control API and what comes out.
 *
 * @since 0.1.0
 */
import { Command, EventCodec, RecordedEvent, UserId } from "@kith/core"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import { User } from "../world/World.ts"
import { Rule } from "./Faults.ts"

/**
 * That the sandbox is there.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Health = Schema.Struct({ status: Schema.Literal("ok") })

/**
 * How much a world holds.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Summary = Schema.Struct({
  apps: Schema.Int,
  users: Schema.Int,
  tokens: Schema.Int,
  relationships: Schema.Int,
  blocks: Schema.Int,
}).annotate({ identifier: "WorldSummary" })

/**
 * What may change of a user: everything but the id.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UserPatch = Schema.Struct({
  ...Struct.omit(User.fields, ["id", "username", "name"]),
  username: Schema.optionalKey(User.fields.username),
  name: Schema.optionalKey(User.fields.name),
}).annotate({ identifier: "UserPatch" })

/**
 * A user, by what people know one by.
 *
 * @category schemas
 * @since 0.1.0
 */
export const UserName = Schema.Struct({
  id: UserId.UserId,
  username: Schema.String,
  name: Schema.String,
})

const state = {
  state: Schema.Literals(["none", "pending", "following"]),
  retweets: Schema.Boolean,
  notifications: Schema.Boolean,
}

/**
 * An event as it is stored: `type`, `v` and `data` hold what happened, the rest says when and why.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Event = EventCodec.StoredEvent.annotate({ identifier: "Event" })

/**
 * The state of an edge and all that led there. Without a relationship both preferences are false.
 *
 * @category schemas
 * @since 0.1.0
 */
export const RelationshipState = Schema.Struct({
  source: UserName,
  target: UserName,
  ...state,
  version: Schema.Int,
  history: Schema.Array(Event),
}).annotate({ identifier: "RelationshipState" })

/**
 * A core command, and the options to carry it out with.
 *
 * @category schemas
 * @since 0.1.0
 */
export const CommandRequest = Schema.Struct({
  command: Command.Command,
  commandId: Schema.optionalKey(RecordedEvent.CommandId),
  actor: Schema.optionalKey(UserId.UserId),
}).annotate({ identifier: "CommandRequest" })

/**
 * What a command came to: the edge right after it, and the events that it caused.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Receipt = Schema.Struct({
  outcome: Schema.Literals(["changed", "unchanged"]),
  ...state,
  version: Schema.Int,
  attempts: Schema.Int,
  events: Schema.Array(Event),
}).annotate({ identifier: "Receipt" })

/**
 * Newest first. `next` leads to older entries, `previous` to newer ones.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ListPage = Schema.Struct({
  entries: Schema.Array(Schema.Struct({ user: UserName, ...state, since: RecordedEvent.Position })),
  next: Schema.optionalKey(Schema.String),
  previous: Schema.optionalKey(Schema.String),
}).annotate({ identifier: "ListPage" })

/**
 * Whether the source blocks the target now.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Blocking = Schema.Struct({ blocking: Schema.Boolean })

/**
 * By how much the sandbox's clock is to go forward. It never goes back.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ClockAdvance = Schema.Struct({
  advanceSeconds: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0)),
})

/**
 * The time on the sandbox's clock, as an ISO 8601 text.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ClockTime = Schema.Struct({ now: Schema.String })

const dayInSeconds = 86_400

/**
 * By how many seconds reads are behind writes; at most a day.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Consistency = Schema.Struct({
  lagSeconds: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: dayInSeconds })),
})

/**
 * The rules of faults that are in force.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FaultRules = Schema.Struct({ faults: Schema.Array(Rule) })

/**
 * One rule, or several at once.
 *
 * @category schemas
 * @since 0.1.0
 */
export const NewFaults = Schema.Union([Rule, Schema.NonEmptyArray(Rule)])

const digits = (message: string) =>
  Schema.String.check(Schema.isPattern(/^[0-9]{1,15}$/u, { message }))

/**
 * From behind which position the log is read; from the beginning unless told.
 *
 * @category schemas
 * @since 0.1.0
 */
export const EventsQuery = Schema.Struct({
  from: Schema.optionalKey(digits("a position is a whole number of at most 15 digits")),
})

/**
 * Which page of a list: 1 to 1,000 entries, 100 unless told, behind a cursor of the same list.
 *
 * @category schemas
 * @since 0.1.0
 */
export const PageQuery = Schema.Struct({
  limit: Schema.optionalKey(digits("a limit is a whole number, 1 to 1000")),
  cursor: Schema.optionalKey(Schema.String),
})
