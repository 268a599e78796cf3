/**
 * What a body says is wrong, in whichever form it says it.
 *
 * Forms: a v2 problem; a v2 problem with `errors`; v2 items of `errors` beside data, or alone with
 * status 200; v1.1 `errors` with codes; v1.1's older `error`; a bare `code` and `message`; OAuth's
 * `error` and `error_description`. Problems may stand inside `errors`, and v1.1 codes in answers of
 * v2.
 *
 * @since 0.1.0
 */
import * as Json from "../internal/json.ts"

/**
 * One thing that is wrong.
 *
 * - `code`: a code of v1.1.
 * - `type`: a problem's type by its last segment, in lower case: its host differs between versions.
 * - `word`: an error of OAuth, or v1.1's older text.
 * - `texts`: what is said to a person, in lower case with plain apostrophes.
 * - `period`: of a cap on use.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signal {
  readonly code: number | undefined
  readonly type: string | undefined
  readonly word: string | undefined
  readonly texts: ReadonlyArray<string>
  readonly period: string | undefined
}

/** Longer texts are no messages; the patterns need not be held against them. */
const longest = 2_000

/** X names a hundred users at most. An answer of nothing but errors would take seconds. */
const most = 100

const plain = (text: string): string => text.slice(0, longest).toLowerCase().replaceAll("’", "'")

const codeOf = (value: unknown): number | undefined => {
  const code = typeof value === "string" && /^[0-9]{1,6}$/.test(value) ? Number(value) : value
  return typeof code === "number" && Number.isInteger(code) ? code : undefined
}

const segmentOf = (value: unknown): string | undefined =>
  Json.text(value)?.slice(0, longest).split(/[/#]/).at(-1)?.toLowerCase()

const signalOf = (value: unknown): Signal | undefined => {
  if (typeof value === "string") {
    return {
      code: undefined,
      type: undefined,
      word: undefined,
      texts: [plain(value)],
      period: undefined,
    }
  }
  if (!Json.isMembers(value)) return undefined
  const { code, detail, error, error_description, message, period, title, type } = value
  const texts = [message, detail, title, error, error_description].flatMap((it) =>
    typeof it === "string" ? [plain(it)] : [],
  )
  const signal = {
    code: codeOf(code),
    type: segmentOf(type),
    word: Json.text(error)?.slice(0, longest).toLowerCase(),
    texts,
    period: Json.text(period)?.toLowerCase(),
  }
  const says = signal.code !== undefined || signal.type !== undefined || texts.length > 0
  return says ? signal : undefined
}

/**
 * What is wrong, the particular before the general: the first hundred items of `errors`, then the body
 * itself.
 *
 * @category getters
 * @since 0.1.0
 */
export const of = (body: unknown): ReadonlyArray<Signal> => {
  if (!Json.isMembers(body)) return []
  const { errors } = body
  const items = Json.isList(errors) ? errors.slice(0, most) : [errors]
  return [...items, body].flatMap((it) => signalOf(it) ?? [])
}
