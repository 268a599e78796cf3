/**
 * What is wrong with a document that people wrote, mistake by mistake, each with its path.
 *
 * Decoding is strict: unknown members are mistakes too, because a misspelt member would otherwise
 * change nothing and say nothing. Values are never repeated in a message, since they may be secrets.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

/**
 * - `path`: the way to the mistake from the top of the document, such as `users[2].username`; empty
 *   for the document as a whole.
 * - `message`: what is wrong there.
 *
 * @category models
 * @since 0.1.0
 */
export interface Mistake {
  readonly path: string
  readonly message: string
}

/** @category schemas @since 0.1.0 */
export const Mistake = Schema.Struct({ path: Schema.String, message: Schema.String })

/**
 * A path as people write it: `limits["friends/ids"].user[0].max`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const path = (keys: ReadonlyArray<PropertyKey>): string =>
  keys
    .map((key, index) =>
      typeof key === "number"
        ? `[${key}]`
        : /^[A-Za-z_$][\w$]*$/.test(String(key))
          ? `${index === 0 ? "" : "."}${String(key)}`
          : `[${JSON.stringify(String(key))}]`,
    )
    .join("")

/**
 * A mistake at a path; see {@link path}.
 *
 * @category constructors
 * @since 0.1.0
 */
export const at = (keys: ReadonlyArray<PropertyKey>, message: string): Mistake => ({
  path: path(keys),
  message,
})

const leaf = (issue: SchemaIssue.Leaf): string => {
  switch (issue._tag) {
    case "MissingKey":
      return "is missing"
    case "UnexpectedKey":
      return "is not known here"
    case "InvalidType":
      // An object schema's own name would say less to those who write the document.
      return SchemaAST.isObjects(issue.ast)
        ? "expected an object"
        : SchemaIssue.defaultLeafHook(issue)
    default:
      return SchemaIssue.defaultLeafHook(issue)
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({ leafHook: leaf })

const uncapitalise = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/**
 * Decodes strictly, and finds every mistake rather than the first.
 *
 * @category operations
 * @since 0.1.0
 */
export const decoder = <A>(
  schema: Schema.ConstraintDecoder<A>,
): ((input: unknown) => Result.Result<A, ReadonlyArray<Mistake>>) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  return (input) =>
    Result.mapError(decode(input), (error) =>
      format(error.issue).issues.map((issue) =>
        at(
          (issue.path ?? []).map((key) => (typeof key === "object" ? key.key : key)),
          uncapitalise(issue.message),
        ),
      ),
    )
}

/**
 * One line for each mistake.
 *
 * @category getters
 * @since 0.1.0
 */
export const explain = (mistake: Mistake): string =>
  mistake.path === "" ? mistake.message : `${mistake.path}: ${mistake.message}`
