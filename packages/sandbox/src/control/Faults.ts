/**
 * Faults: rules by which the sandbox misbehaves on purpose, so that a client can be tried against
 * outages, delays and cut connections.
 *
 * The rules are a value; nothing here waits or answers.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * Which requests a rule is for; a member that is left out is for all.
 *
 * - `method`: in any case.
 * - `path`: what the path begins with, such as `/2/users/`.
 * - `user`: id or username of the user who sends the request. Requests of an app on its own and
 *   those without valid credentials have none.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Match = Schema.Struct({
  method: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(/^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/i, {
        message: "a method is GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS",
      }),
    ),
  ),
  path: Schema.optionalKey(
    Schema.String.check(Schema.isPattern(/^\//u, { message: "a path begins with a slash" })),
  ),
  user: Schema.optionalKey(Schema.NonEmptyString),
})

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const framing = ["content-length", "transfer-encoding", "connection"]

const nameMistake = (name: string): string | undefined => {
  if (!headerName.test(name)) return "not a header's name"
  return framing.includes(name.toLowerCase())
    ? `a fault may not change the headers ${framing.join(", ")}`
    : undefined
}

const HeaderValue = Schema.String.check(
  Schema.isPattern(/^[\t\x20-\x7e]*$/, { message: "a header's value is printable ASCII" }),
)

// Names are looked at here, because a record takes a key that its schema refuses for an unknown one.
const Headers = Schema.Record(Schema.String, HeaderValue).check(
  Schema.makeFilter((headers) =>
    Object.keys(headers).flatMap((name) => {
      const issue = nameMistake(name)
      return issue === undefined ? [] : [{ path: [name], issue }]
    }),
  ),
)

/** An hour, in milliseconds: longer than any client waits. */
const maxDelay = 3_600_000

/**
 * What befalls a request. Members can be combined.
 *
 * - `delayMs`: it waits first.
 * - `drop`: `before`: the connection is cut and nothing is done; `after`: the request is carried out
 *   and then the connection is cut instead of an answer, so that the client cannot know.
 * - `status`, `body`: this answer is given, and nothing is done. The status is 500 unless told. A
 *   body that is text is sent as it is, any other value as JSON; without one, the body is empty.
 * - `headers`: are added to that answer, or, without `status` and `body`, to the true one, and take
 *   the place of those that it has, in whatever case they are written.
 *
 * `drop` wins over an answer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const FaultEffect = Schema.Struct({
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 200, maximum: 599 }))),
  headers: Schema.optionalKey(Headers),
  body: Schema.optionalKey(Schema.Json),
  delayMs: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: maxDelay })),
  ),
  drop: Schema.optionalKey(Schema.Literals(["before", "after"])),
}).check(
  Schema.makeFilter((effect) => Object.keys(effect).length > 0, {
    expected: "at least one of status, headers, body, delayMs and drop",
  }),
)

/** @category models @since 0.1.0 */
export type FaultEffect = typeof FaultEffect.Type

/**
 * - `match`: for all requests when it is left out.
 * - `times`: how many requests it befalls; without end when it is left out.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Rule = Schema.Struct({
  match: Schema.optionalKey(Match),
  times: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  effect: FaultEffect,
}).annotate({ identifier: "FaultRule" })

/** @category models @since 0.1.0 */
export type Rule = typeof Rule.Type

/**
 * What a rule looks at.
 *
 * - `user`: who sends the request. It is asked for only when a rule names a user, because finding
 *   out costs a signature check.
 *
 * @category models
 * @since 0.1.0
 */
export interface Subject {
  readonly method: string
  readonly path: string
  readonly user: () => { readonly id: string; readonly username: string } | undefined
}

/**
 * Whether a rule is for a request.
 *
 * @category predicates
 * @since 0.1.0
 */
export const matches = (rule: Rule, subject: Subject): boolean => {
  const { method, path, user } = rule.match ?? {}
  if (method !== undefined && method.toUpperCase() !== subject.method) return false
  if (path !== undefined && !subject.path.startsWith(path)) return false
  if (user === undefined) return true
  const sender = subject.user()
  return (
    sender !== undefined &&
    (sender.id === user || sender.username.toLowerCase() === user.toLowerCase())
  )
}

/**
 * What befalls a request, and the rules that are left: the first rule that is for it counts, and one
 * that has befallen its number of requests is gone.
 *
 * @category operations
 * @since 0.1.0
 */
export const next = (
  rules: ReadonlyArray<Rule>,
  subject: Subject,
): { readonly effect: FaultEffect | undefined; readonly rules: ReadonlyArray<Rule> } => {
  const index = rules.findIndex((rule) => matches(rule, subject))
  const rule = rules[index]
  if (rule === undefined) return { effect: undefined, rules }
  const { times } = rule
  if (times === undefined) return { effect: rule.effect, rules }
  const left = times === 1 ? [] : [{ ...rule, times: times - 1 }]
  return { effect: rule.effect, rules: rules.toSpliced(index, 1, ...left) }
}
