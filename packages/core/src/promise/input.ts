/** Decodes what callers without types may pass, with errors that are one line in words. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { Command } from "../Command.ts"
import { Edge } from "../Edge.ts"
import { Facts } from "../Facts.ts"
import { ListName } from "../Page.ts"
import { CommandId, Position } from "../RecordedEvent.ts"
import { UserId } from "../UserId.ts"
import { KithError } from "./KithError.ts"
import type { Signal } from "./types.ts"

const format = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) =>
    issue._tag === "MissingKey"
      ? "it is missing"
      : issue._tag === "UnexpectedKey"
        ? "there is no such member"
        : SchemaIssue.defaultLeafHook(issue),
})

const explain = (issue: SchemaIssue.Issue): string =>
  format(issue)
    .issues.map(({ message, path = [] }) => {
      const keys = path.map((key) => String(typeof key === "object" ? key.key : key))
      return keys.length === 0 ? message : `${keys.join(".")}: ${message}`
    })
    .join("; ")

/**
 * Fails with the tag `InvalidInput`, and one line that names each member that is wrong.
 *
 * @category models
 * @since 0.1.0
 */
export type Decode<A> = (input: unknown) => Effect.Effect<A, KithError>

/**
 * Decodes what callers without types may pass.
 *
 * @param onExcessProperty whether members that the schema has not are refused; they are ignored unless
 *   told
 * @category constructors
 * @since 0.1.0
 */
export const decoder = <A>(
  schema: Schema.ConstraintDecoder<A>,
  onExcessProperty: "error" | "ignore" = "ignore",
): Decode<A> => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty })
  return (input) =>
    Effect.suspend(() =>
      Effect.fromResult(
        Result.mapError(
          decode(input),
          ({ issue }) => new KithError("InvalidInput", explain(issue)),
        ),
      ),
    )
}

const tags = Object.values(Command.cases).map((each) => each.fields._tag.schema.literal)

const tagged = decoder(
  Schema.Struct({
    _tag: Schema.Literals(tags).annotate({ message: `a command is one of ${tags.join(", ")}` }),
  }),
)

const untagged = decoder(Command, "error")

/**
 * A member that is not known is refused: a misspelt preference would otherwise change nothing and
 * say nothing.
 *
 * @internal
 */
export const command: Decode<Command> = (input) =>
  Effect.flatMap(tagged(input), () => untagged(input))

/** @internal */
export const commands = decoder(
  Schema.Array(Schema.Tuple([Schema.Unknown, Schema.optional(Schema.Unknown)])),
)

/** @internal */
export const edge = decoder(Edge)

/** @internal */
export const edges = decoder(Schema.Array(Edge))

const orFalse = Schema.Boolean.pipe(Schema.withDecodingDefault(Effect.succeed(false)))

/** What a host answers of edges; of blocks it may say nothing. @internal */
export const facts = decoder(
  Schema.Array(
    Schema.Struct({
      target: Facts.fields.target,
      blockedByTarget: orFalse,
      blocksTarget: orFalse,
    }),
  ),
  "error",
)

/** @internal */
export const user = decoder(UserId)

/** @internal */
export const list = decoder(ListName)

/**
 * Options of a call. What is not known is refused here too: with a misspelt `commandId` a repetition
 * would take effect a second time.
 */
const optionsOf = <A>(schema: Schema.ConstraintDecoder<A>): Decode<A> => {
  const decode = decoder(schema, "error")
  return (input) => decode(input ?? {})
}

const has = (value: unknown, method: string): boolean =>
  Predicate.hasProperty(value, method) && Predicate.isFunction(value[method])

const isSignal = (value: unknown): value is Signal =>
  Predicate.hasProperty(value, "aborted") &&
  has(value, "throwIfAborted") &&
  has(value, "addEventListener") &&
  has(value, "removeEventListener")

/** The signal of a call's options, for which nothing has looked at them yet. @internal */
export const signalOf = (from: unknown): Result.Result<Signal | undefined, KithError> => {
  const found = Predicate.hasProperty(from, "signal") ? (from.signal ?? undefined) : undefined
  return found === undefined || isSignal(found)
    ? Result.succeed(found)
    : Result.fail(new KithError("InvalidInput", "signal: give an AbortSignal"))
}

/** Every call may have one. It is not for the service. */
const signal = Schema.optional(Schema.Unknown)

/** Of calls that have no options of their own. @internal */
export const abortable = optionsOf(Schema.Struct({ signal }))

const ofCommand = {
  commandId: Schema.optional(CommandId),
  actor: Schema.optional(UserId),
  correlationId: Schema.optional(CommandId),
  causationId: Schema.optional(CommandId),
}

/** @internal */
export const options = optionsOf(Schema.Struct({ signal, ...ofCommand }))

/** Of one command of many: there is one signal for all. @internal */
export const optionsOfOne = optionsOf(Schema.Struct(ofCommand))

/** @internal */
export const page = optionsOf(
  Schema.Struct({
    signal,
    limit: Schema.optional(Schema.Finite),
    cursor: Schema.optional(Schema.String),
  }),
)

const absent = Schema.optional(Schema.Undefined)

const moment = Schema.Union([
  Schema.Struct({ position: Position, time: absent }),
  Schema.Struct({ time: Schema.Finite, position: absent }),
]).annotate({ message: "a moment has a position or a time, which are numbers" })

/** @internal */
export const asOf = optionsOf(Schema.Struct({ signal, asOf: Schema.optional(moment) }))

/** @internal */
export const upkeep = optionsOf(
  Schema.Struct({ signal, onProgress: Schema.optional(Schema.Unknown) }),
)

/** @internal */
export const reconciliation = optionsOf(
  Schema.Struct({
    signal,
    cursor: Schema.optional(Schema.String),
    patience: Schema.optional(Schema.Number),
  }),
)

/** @internal */
export const from = optionsOf(Schema.Struct({ signal, from: Schema.optional(Position) }))

const limit = Schema.optional(Schema.Unknown)

/** Their ranges are the layer's to check. @internal */
export const storeOptions = optionsOf(
  Schema.Struct({
    store: Schema.Unknown,
    facts: Schema.Unknown.check(
      Schema.makeFilter((value) => typeof value === "function" || "give a function"),
    ),
    maxAttempts: limit,
    maxGroup: limit,
    maxWaiting: limit,
  }),
)
