/**
 * The parameters of a token endpoint. Clients send them as a form, as JSON or in the query.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { form } from "../auth/SignedRequest.ts"
import type { Reply, Request } from "../http/Message.ts"
import * as Parameters from "../http/Parameters.ts"
import * as Errors from "./Errors.ts"

const decodeJson = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Record(Schema.String, Schema.NullOr(Schema.String))),
)

/** The members of a JSON body; none when the body is something else. */
const members = (request: Request): Parameters.Parameters | undefined => {
  const isJson = /^application\/json\b/i.test(request.headers["content-type"] ?? "")
  if (!isJson || request.body.length === 0) return []
  const object = Option.flatMap(Option.fromUndefinedOr(Parameters.text(request.body)), decodeJson)
  return Option.getOrUndefined(
    Option.map(object, (fields) =>
      Object.entries(fields).flatMap(([name, value]) =>
        value === null ? [] : [[name, value] as const],
      ),
    ),
  )
}

/** @category models @since 0.1.0 */
export type Fields = ReadonlyMap<string, string>

/**
 * What a request says, as fields. A field may come twice if it says the same.
 *
 * @category operations
 * @since 0.1.0
 */
export const read = (request: Request): Result.Result<Fields, Reply> => {
  const sources = [Parameters.parse(request.search), form(request), members(request)]
  const fields = new Map<string, string>()
  for (const source of sources) {
    if (source === undefined) {
      return Result.fail(Errors.invalidRequest("The parameters of the request cannot be read."))
    }
    for (const [name, value] of source) {
      if ((fields.get(name) ?? value) !== value) {
        return Result.fail(Errors.invalidRequest("A parameter was passed twice."))
      }
      fields.set(name, value)
    }
  }
  return Result.succeed(fields)
}
