/**
 * Reads what a request says, strictly, and says in X's words what is wrong with it.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import type { Request } from "../http/Message.ts"
import * as Parameters from "../http/Parameters.ts"
import * as Remembered from "../http/Remembered.ts"
import type { Mistake } from "./Problems.ts"

/**
 * @category models
 * @since 0.1.0
 */
export type Decoded<A> = Result.Result<A, ReadonlyArray<Mistake>>

/** @category models @since 0.1.0 */
export type Params<A> = (values: Readonly<Record<string, string | undefined>>) => Decoded<A>

/** @category models @since 0.1.0 */
export type Query<A> = (search: string, signed: boolean) => Decoded<A>

/** @category models @since 0.1.0 */
export type Payload<A> = (request: Request) => Decoded<A>

/**
 * A schema that says which names it knows.
 *
 * @category models
 * @since 0.1.0
 */
export type Fields<A> = Schema.ConstraintDecoder<A> & { readonly fields: object }

const strict = { errors: "all", onExcessProperty: "error", reportInput: true } as const

const decoder = <A>(schema: Schema.ConstraintDecoder<A>) =>
  Schema.decodeUnknownResult(schema, strict)

const mistake = (message: string, parameters: Mistake["parameters"] = {}): Mistake => ({
  parameters,
  message,
})

const one = (message: string): Result.Result<never, ReadonlyArray<Mistake>> =>
  Result.fail([mistake(message)])

const kindOf = (value: unknown): string => {
  if (value === null) return "null"
  if (Array.isArray(value)) return "array"
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number"
  return typeof value
}

const issues = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (leaf) => {
    switch (leaf._tag) {
      case "MissingKey":
        return "is missing but it is required"
      case "UnexpectedKey":
        return "is not defined in the schema and the schema does not allow additional properties"
      case "InvalidType":
        return `${kindOf(leaf.input)} found, ${leaf.ast._tag === "String" ? "string" : "object"} expected`
      default:
        return SchemaIssue.defaultLeafHook(leaf)
    }
  },
})

/** The mistakes with their paths, whose parts are names and places in lists. */
const located = (error: Schema.SchemaError) =>
  issues(error.issue).issues.map(({ message, path }) => ({
    message,
    path: (path ?? []).map((part) => (typeof part === "object" ? part.key : part)),
  }))

/** Mistakes in parameters, whose values are all text. */
const inParameters =
  (values: Readonly<Record<string, string | undefined>>) =>
  (error: Schema.SchemaError): ReadonlyArray<Mistake> =>
    located(error).map(({ message, path: [name, item] }) => {
      const parameter = String(name)
      const text = values[parameter]
      if (text === undefined) return mistake(`The \`${parameter}\` query parameter ${message}`)
      if (text === "") {
        return mistake(`The \`${parameter}\` query parameter can not be empty`, {
          [parameter]: [""],
        })
      }
      const value = typeof item === "number" ? (text.split(",")[item] ?? "") : text
      return mistake(`The \`${parameter}\` query parameter value [${value}] ${message}`, {
        [parameter]: [value],
      })
    })

/** What was decoded is remembered by its text; mistakes are not worth it. */
const remember = <A>(): Remembered.Remembered<Decoded<A>> => {
  const decoded = Remembered.make<Decoded<A>>()
  return {
    get: decoded.get,
    set: (text, result) => (Result.isFailure(result) ? result : decoded.set(text, result)),
  }
}

/**
 * Reads the parameters of a path.
 *
 * @category constructors
 * @since 0.1.0
 */
export const params = <A>(schema: Fields<A>): Params<A> => {
  const decode = decoder(schema)
  const [only, ...others] = Object.keys(schema.fields)
  const remembered = remember<A>()
  const read: Params<A> = (values) => Result.mapError(decode(values), inParameters(values))
  if (only === undefined || others.length > 0) return read
  // Most paths have one parameter, which most clients fill with their own id.
  return (values) => {
    const text = values[only]
    if (text === undefined) return read(values)
    return remembered.get(text) ?? remembered.set(text, read(values))
  }
}

/** Credentials that were put into a query by mistake are not repeated in an answer, or in a log of it. */
const isCredential = (name: string): boolean =>
  /^oauth_|token|secret|signature|password|_key|code/i.test(name)

/**
 * Reads a query: every parameter is known, and there once. `oauth_*` parameters are not looked at
 * when the request was signed with them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const query = <A>(schema: Fields<A>): Query<A> => {
  const decode = decoder(schema)
  const names = new Set(Object.keys(schema.fields))
  const known = [...names].join(",")
  const none = Result.mapError(decode({}), inParameters({}))
  const read = (parameters: Parameters.Parameters): Decoded<A> => {
    const values: Record<string, string> = {}
    const mistakes: Array<Mistake> = []
    for (const [name, value] of parameters) {
      if (!names.has(name)) {
        mistakes.push(
          mistake(`The query parameter [${name}] is not one of [${known}]`, {
            [name]: isCredential(name) ? [] : [value],
          }),
        )
      } else if (values[name] !== undefined) {
        mistakes.push(
          mistake(`Duplicate parameters are not allowed: the \`${name}\` query parameter`, {
            [name]: [values[name], value],
          }),
        )
      } else values[name] = value
    }
    return mistakes.length > 0
      ? Result.fail(mistakes)
      : Result.mapError(decode(values), inParameters(values))
  }
  const remembered = remember<A>()
  return (search, signed) => {
    if (search === "") return none
    const before = remembered.get(search)
    if (before !== undefined) return before
    const parameters = Parameters.parse(search)
    if (parameters === undefined) return one("The query is not percent-encoded UTF-8.")
    const unsigned = signed ? parameters.filter(([name]) => !name.startsWith("oauth_")) : parameters
    const decoded = read(unsigned)
    return unsigned.length === parameters.length ? remembered.set(search, decoded) : decoded
  }
}

const parseJson = (text: string): Result.Result<unknown, undefined> =>
  Result.try({ try: (): unknown => JSON.parse(text), catch: () => undefined })

const isJson = (request: Request): boolean =>
  /^application\/json\s*(?:;|$)/i.test(request.headers["content-type"] ?? "")

/** Mistakes in a body, which X names by their path. */
const inBody = (error: Schema.SchemaError): ReadonlyArray<Mistake> =>
  located(error).map(({ message, path }) =>
    mistake(`${["$", ...path.map(String)].join(".")}: ${message}`),
  )

/**
 * Reads no body: whatever clients send along is ignored.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nothing: Payload<undefined> = () => Result.succeed(undefined)

/**
 * Reads a JSON body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const payload = <A>(schema: Schema.ConstraintDecoder<A>): Payload<A> => {
  const decode = decoder(schema)
  return (request) => {
    if (!isJson(request)) {
      return one("Requests with bodies must have content-type of application/json.")
    }
    const text = Parameters.text(request.body)
    if (text === undefined) return one("The request body is not UTF-8.")
    const json = parseJson(text)
    return json._tag === "Failure"
      ? one("The request body is not JSON.")
      : Result.mapError(decode(json.success), inBody)
  }
}
