/** What replies may look like on each part of the API, and what none of them may hold. */
import { Schema } from "effect"
import type { Reply } from "../wire.ts"
import { secrets } from "./world.ts"

/** The parts of the API; `elsewhere` is a path that may or may not be one of them. */
export type Surface = "v2" | "v1.1" | "oauth1" | "oauth2" | "control" | "page" | "elsewhere"

const code = Schema.Struct({ code: Schema.Int, message: Schema.NonEmptyString })
const errors = Schema.Struct({ errors: Schema.NonEmptyArray(code) })
const problem = Schema.Struct({
  title: Schema.NonEmptyString,
  detail: Schema.NonEmptyString,
  type: Schema.NonEmptyString,
})
const invalidRequest = Schema.Struct({
  ...problem.fields,
  errors: Schema.NonEmptyArray(
    Schema.Struct({
      message: Schema.NonEmptyString,
      parameters: Schema.Record(Schema.String, Schema.Array(Schema.String)),
    }),
  ),
})
const oauth2 = Schema.Struct({
  error: Schema.NonEmptyString,
  error_description: Schema.NonEmptyString,
})
const control = Schema.Struct({
  error: Schema.Struct({ code: Schema.NonEmptyString, message: Schema.NonEmptyString }),
})
const notAuthorized = Schema.Struct({
  request: Schema.NonEmptyString,
  error: Schema.NonEmptyString,
})

const is = {
  v1: Schema.is(Schema.Union([errors, notAuthorized])),
  problem: Schema.is(problem),
  invalidRequest: Schema.is(invalidRequest),
  oauth2: Schema.is(Schema.Union([oauth2, errors])),
  control: Schema.is(control),
  hasErrors: Schema.is(Schema.Struct({ errors: Schema.NonEmptyArray(problem) })),
}

const json = /^application\/(?:problem\+)?json *; *charset=utf-8$/

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a reply carries nothing out, and says so. */
export const refuses = ({ status, body }: Reply): boolean => {
  if (status >= 400) return true
  const parsed: unknown = parse(body)
  return is.hasErrors(parsed) && !("data" in parsed)
}

const isOfShape = (surface: Surface, reply: Reply): boolean => {
  const { status, body } = reply
  const parsed = parse(body)
  switch (surface) {
    case "v2":
      return is.problem(parsed) && (status !== 400 || is.invalidRequest(parsed))
    case "v1.1":
    case "oauth1":
      return is.v1(parsed)
    case "oauth2":
      // Paths that are none of its own are v2's.
      return is.oauth2(parsed) || is.problem(parsed)
    case "control":
      return is.control(parsed)
    case "page":
      return body.startsWith("<!doctype html>") || is.v1(parsed)
    case "elsewhere":
      return (["v2", "v1.1", "oauth2", "control", "page"] as const).some((one) =>
        isOfShape(one, reply),
      )
  }
}

/**
 * What is wrong with a reply; nothing, usually.
 *
 * - `bare`: the request was not HTTP, or not within its bounds, so that nobody read what it is about.
 */
export const complaints = (
  reply: Reply,
  { surface: asked, bare, head }: { surface: Surface; bare: boolean; head: boolean },
): ReadonlyArray<string> => {
  const { status, headers, body } = reply
  const type = headers["content-type"] ?? ""
  const surface = bare ? "elsewhere" : asked
  const found: Array<string> = []
  if (status >= 500 || status < 200) found.push(`status ${status}`)
  if (status < 400) return found
  for (const secret of secrets) if (body.includes(secret)) found.push(`tells ${secret}`)
  if (/\n\s+at |node_modules|\.ts:\d/.test(body)) found.push("holds a stack trace")
  if (head || status === 413 || status === 431) return found
  if (
    surface === "page" || surface === "elsewhere"
      ? !/^text\/html|^application\/(?:problem\+)?json/.test(type)
      : !json.test(type)
  ) {
    found.push(`content type ${type}`)
  }
  if (!isOfShape(surface, reply)) found.push(`no error of ${surface}`)
  return found
}
