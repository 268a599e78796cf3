/**
 * Reads the parameters of a v1.1 request as leniently as X does.
 *
 * A POST takes them from the query and from a form alike, because clients differ; a body of another
 * type is ignored, and so are parameters that nobody knows. An empty value is none. A parameter that
 * comes twice counts once when both say the same; otherwise nobody can know which was meant, and the
 * request is refused.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import * as SchemaTransformation from "effect/SchemaTransformation"
import type { Request } from "../http/Message.ts"
import * as Wire from "../http/Parameters.ts"
import * as Errors from "./Errors.ts"

const flags: ReadonlyMap<string, boolean> = new Map([
  ...["true", "t", "1", "yes", "y", "on"].map((text) => [text, true] as const),
  ...["false", "f", "0", "no", "n", "off"].map((text) => [text, false] as const),
])

/**
 * A boolean in any of the spellings that clients send, in either case.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Flag = Schema.String.check(
  Schema.makeFilter((text) => flags.has(text.toLowerCase()), { expected: "true or false" }),
).pipe(
  Schema.decodeTo(
    Schema.Boolean,
    SchemaTransformation.transform({
      decode: (text) => flags.get(text.toLowerCase()) ?? false,
      encode: String,
    }),
  ),
)

/** @category schemas @since 0.1.0 */
export const UserId = Schema.String.check(Schema.isPattern(/^[0-9]{1,19}$/u))

/**
 * Any text: a name that nobody can have is the name of nobody.
 *
 * @category schemas
 * @since 0.1.0
 */
export const ScreenName = Schema.String

/** Text between commas; a comma too many is forgiven. */
const commaSeparated = SchemaTransformation.transform({
  decode: (text: string): ReadonlyArray<string> => text.split(",").filter((part) => part !== ""),
  encode: (parts: ReadonlyArray<string>) => parts.join(","),
})

/** @category schemas @since 0.1.0 */
export const UserIds = Schema.String.pipe(Schema.decodeTo(Schema.Array(UserId), commaSeparated))

/** @category schemas @since 0.1.0 */
export const ScreenNames = Schema.String.pipe(
  Schema.decodeTo(Schema.Array(Schema.Trim), commaSeparated),
)

/**
 * A number of entries, at least 1. More than an endpoint allows is as much as it allows.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Count = Schema.String.check(Schema.isPattern(/^0*[1-9][0-9]{0,8}$/u)).pipe(
  Schema.decodeTo(Schema.Int, SchemaTransformation.transform({ decode: Number, encode: String })),
)

/** @category schemas @since 0.1.0 */
export const Cursor = Schema.String.check(Schema.isPattern(/^-?[0-9]{1,20}$/u))

/**
 * The parameters of a request as sent, in order.
 *
 * @category operations
 * @since 0.1.0
 */
export const read = (request: Request): Result.Result<Wire.Parameters, Errors.Failure> => {
  const query = Wire.parse(request.search)
  const isForm =
    request.method === "POST" &&
    (request.headers["content-type"] ?? "")
      .toLowerCase()
      .startsWith("application/x-www-form-urlencoded")
  const text = isForm ? Wire.text(request.body) : ""
  const form = text === undefined ? undefined : Wire.parse(text)
  return query === undefined || form === undefined
    ? Result.fail(Errors.badRequest)
    : Result.succeed([...query, ...form])
}

/** The one value of a parameter, or that there is none; `undefined` when it has several. */
const single = (
  values: ReadonlyArray<string>,
): { readonly value: string | undefined } | undefined => {
  const [first, ...rest] = [...new Set(values.filter((value) => value !== ""))]
  if (first === undefined || rest.length === 0) return { value: first }
  const meaning = flags.get(first.toLowerCase())
  return meaning !== undefined && rest.every((it) => flags.get(it.toLowerCase()) === meaning)
    ? { value: first }
    : undefined
}

const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/**
 * Decodes the parameters that an endpoint declares. What is refused is named in the answer.
 *
 * @category operations
 * @since 0.1.0
 */
export const decoder = <
  S extends Schema.ConstraintDecoder<unknown> & { readonly fields: Schema.Struct.Fields },
>(
  schema: S,
): ((parameters: Wire.Parameters) => Result.Result<S["Type"], Errors.Failure>) => {
  const names = Object.keys(schema.fields)
  const decode = SchemaParser.decodeUnknownResult(schema)
  return (parameters) => {
    const record: Record<string, string> = {}
    for (const name of names) {
      const found = single(parameters.flatMap(([key, value]) => (key === name ? [value] : [])))
      if (found === undefined) return Result.fail(Errors.invalidParameter(name))
      if (found.value !== undefined) record[name] = found.value
    }
    return Result.mapError(decode(record), (issue) => {
      const name = issuesOf(issue).issues[0]?.path?.[0]
      return Errors.invalidParameter(typeof name === "string" ? name : "query")
    })
  }
}
