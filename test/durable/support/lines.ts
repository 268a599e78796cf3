/** What a worker says, a line each, and when, on the one clock that all processes of a machine have. */
import { Receipt, RecordedEvent, Rejection, Relationship } from "@kith/core"
import { Schema } from "effect"
import { Load } from "./load.ts"
import { Place } from "./places.ts"

/**
 * What a worker is to do.
 *
 * - `numbers`: the commands to carry out first, such as those that another one began.
 * - `from`, `until`: then those from one number on, up to another.
 * - `inFlight`: how many of them at once.
 * - `insists`: repeats a command whose outcome is unknown until it has an answer.
 * - `role`: `work` does that; `follow` follows the log from its beginning instead, and `rebuild` makes
 *   what is derived from the log anew, time and again, where the store can.
 * - `waits`: begins when it is told.
 */
export const Task = Schema.Struct({
  place: Place,
  load: Load,
  numbers: Schema.Array(Schema.Int),
  from: Schema.Int,
  until: Schema.Int,
  inFlight: Schema.Int,
  insists: Schema.Boolean,
  role: Schema.Literals(["work", "follow", "rebuild"]),
  waits: Schema.Boolean,
})

export type Task = typeof Task.Type

/** Nothing to carry out. */
export const idle = {
  numbers: [],
  from: 0,
  until: 0,
  inFlight: 0,
  insists: false,
  waits: false,
} satisfies Omit<Task, "place" | "load" | "role">

/** The variable of the environment that has the task of a worker, in JSON. */
export const taskVariable = "KITH_TEST_TASK"

const order = { number: Schema.Int, at: Schema.Int }

/**
 * - `Opening`, `Ready`: it opens its store; it has it open.
 * - `Begun`: it is about to ask for something.
 * - `Answered`, `Rejected`, `Looked`: what that came to.
 * - `Failed`: that nobody knows, or nothing. `tag` is that of the error; `reason` that of a store.
 * - `Seen`: the next event of the log.
 * - `Done`: it has nothing more to do.
 */
export const Line = Schema.TaggedUnion({
  Opening: {},
  Ready: {},
  Begun: order,
  Answered: { ...order, receipt: Receipt.Receipt },
  Rejected: { ...order, reason: Rejection.Rejection },
  Looked: { ...order, relationship: Relationship.Relationship, version: Schema.Int },
  Failed: {
    ...order,
    tag: Schema.String,
    reason: Schema.optional(Schema.String),
    message: Schema.String,
  },
  Seen: { event: RecordedEvent.RecordedEvent },
  Done: {},
})

export type Line = typeof Line.Type

/** Microseconds, never more than it is. */
export const now = (): number => Number(process.hrtime.bigint() / 1000n)
