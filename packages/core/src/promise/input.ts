/** Decodes what callers without types may pass, with errors that are one line in words. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { Command } from "../Command.ts"
import { Edge } from "../Edge.ts"
import { ListName } from "../Page.ts"
import { CommandId, Position } from "../RecordedEvent.ts"
import { UserId } from "../UserId.ts"
import { KithError } from "./KithError.ts"

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

type Decode<A> = (input: unknown) => Effect.Effect<A, KithError>

const decoder = <A>(
  schema: Schema.ConstraintDecoder<A>,
  onExcessProperty: "error" | "ignore" = "ignore",
): Decode<A> => {
  const decode = Schema.decodeUnknownResult(schema, { onExcessProperty })
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

/** Every call may have one. It is not for the service. */
const signal = Schema.optional(Schema.Unknown)

/** @internal */
export const options = optionsOf(
  Schema.Struct({
    signal,
    commandId: Schema.optional(CommandId),
    actor: Schema.optional(UserId),
    correlationId: Schema.optional(CommandId),
    causationId: Schema.optional(CommandId),
  }),
)

/** @internal */
export const page = optionsOf(
  Schema.Struct({
    signal,
    limit: Schema.optional(Schema.Finite),
    cursor: Schema.optional(Schema.String),
  }),
)

const moment = Schema.Union([
  Schema.Struct({ position: Position }),
  Schema.Struct({ time: Schema.Finite }),
]).annotate({ message: "a moment has a position or a time, which are numbers" })

/** @internal */
export const asOf = optionsOf(Schema.Struct({ signal, asOf: Schema.optional(moment) }))

/** @internal */
export const from = optionsOf(Schema.Struct({ signal, from: Schema.optional(Position) }))
