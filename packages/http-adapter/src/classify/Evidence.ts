/**
 * What X said, short enough to keep and without anything that opens a door.
 *
 * Proxies and error pages echo requests, and bodies go into logs. So what looks like a credential is
 * taken out by its name or by its looks, rather too much than too little. Words, dates, ids of users
 * and X's own addresses stay.
 *
 * @since 0.1.0
 */
import type { Reply } from "../Endpoint.ts"

/**
 * Characters of evidence at most.
 *
 * @category constants
 * @since 0.1.0
 */
export const longest = 1_024

/** So much is looked at: what is taken out makes room for what follows. */
const considered = 8 * longest

const removed = "[removed]"

/**
 * What tokens, secrets, nonces and signatures are made of, also escaped in JSON or percent-encoded.
 * The shortest that X gives out has 25 characters.
 */
const run = /[\w+/=%~\\-]{16,}/g

/** `com/2/users/63046977/following`, `not-authorized-for-resource`: words and numbers. */
const words =
  /^[/\\]*(?:[a-z]{1,15}|[A-Z][a-z]{1,14}|\d{1,19})(?:[-_/\\]+(?:[a-z]{1,15}|\d{1,19}))*[/\\]*$/

/** An id of a user in front of a dash is the beginning of an OAuth 1.0a token. */
const token = /\d{4,}-./

const name =
  "(?:oauth_[a-z_]{1,40}|(?:access|refresh|bearer|auth|client|consumer|token|api)[-_ ]?(?:token|secret|key)|code_verifier|password|secret|signature|token)"

/** Quotes as they are, escaped in JSON, and escaped in HTML. */
const quote = `(?:\\\\*["']|&quot;)?`

const value = `(?:\\\\*"[^"]*|\\\\*'[^']*|&quot;(?:(?!&quot;)[^\\r\\n])*|[^\\s,;&<>"'}]+)`

const named = new RegExp(`(\\b${name}${quote}\\s{0,4}[:=]\\s{0,4})${value}`, "gi")

const header = new RegExp(`(\\bauthorization${quote}\\s{0,4}[:=]\\s{0,4})[^\\r\\n<>}]+`, "gi")

/** What stands behind a scheme, wherever that is quoted. */
const scheme = /\b(bearer|basic)\s{1,4}[^\s,;"'<>]+/gi

const withoutRuns = (text: string): string =>
  text.replaceAll(run, (it) =>
    it.length <= 96 && words.test(it) && !token.test(it) ? it : removed,
  )

/**
 * A text without what looks like a credential.
 *
 * @category operations
 * @since 0.1.0
 */
export const redact = (text: string): string =>
  withoutRuns(
    text
      .replaceAll(header, `$1${removed}`)
      .replaceAll(scheme, `$1 ${removed}`)
      .replaceAll(named, `$1${removed}`),
  )

/** The beginning of a text that is not cut in the midst of anything that is to be recognised. */
const beginning = (text: string): string => {
  if (text.length <= considered) return text
  const cut = text.slice(0, considered)
  return cut.slice(0, Math.max(...[" ", "\n", ">", "}"].map((it) => cut.lastIndexOf(it))) + 1)
}

/**
 * The status and the beginning of the body, on one line.
 *
 * @category operations
 * @since 0.1.0
 */
export const of = (
  reply: Pick<Reply, "status" | "body">,
): { readonly status: number; readonly body: string } => ({
  status: reply.status,
  body: redact(beginning(reply.body))
    // Half a character, and what moves a cursor, have no place in a log.
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, " ")
    .slice(0, longest)
    .toWellFormed()
    .trim(),
})
