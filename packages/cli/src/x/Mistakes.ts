/** What is wrong with a file that people may have edited: every mistake with its path, and no value. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaIssue from "effect/SchemaIssue"

/** `users[2].oauth1.token` */
const pathOf = (keys: ReadonlyArray<PropertyKey>): string =>
  keys
    .map((key, index) =>
      typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`,
    )
    .join("")

const words = (issue: SchemaIssue.Leaf): string => {
  switch (issue._tag) {
    case "MissingKey":
      return "is missing"
    case "UnexpectedKey":
      return "is not known here"
    case "InvalidType":
      return SchemaAST.isObjects(issue.ast)
        ? "expected an object"
        : SchemaIssue.defaultLeafHook(issue)
    default:
      return SchemaIssue.defaultLeafHook(issue)
  }
}

const format = SchemaIssue.makeFormatterStandardSchemaV1({ leafHook: words })

const uncapitalise = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** Decodes strictly: a misspelt member would otherwise change nothing and say nothing. */
export const decoder = <A>(
  schema: Schema.ConstraintDecoder<A>,
): ((input: unknown) => Result.Result<A, ReadonlyArray<string>>) => {
  const decode = Schema.decodeUnknownResult(schema, { errors: "all", onExcessProperty: "error" })
  return (input) =>
    Result.mapError(decode(input), (error) =>
      format(error.issue).issues.map((issue) => {
        const path = pathOf(
          (issue.path ?? []).map((key) => (typeof key === "object" ? key.key : key)),
        )
        const message = uncapitalise(issue.message)
        return path === "" ? message : `${path}: ${message}`
      }),
    )
}
