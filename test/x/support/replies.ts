/** Answers of every kind: what X says, what it could say, and what nobody should. */
import type { Endpoint } from "@kith/http-adapter"
import * as fc from "fast-check"
import { outages } from "../corpus/outages.ts"
import { quota } from "../corpus/quota.ts"
import { at } from "../corpus/recorded.ts"
import { v1 } from "../corpus/v1.ts"
import { v2 } from "../corpus/v2.ts"

const known = [...v1, ...v2, ...quota, ...outages].map((it) => it.body)

const ids = fc.oneof(
  fc.bigInt({ min: 0n, max: 10n ** 19n - 1n }).map(String),
  fc.constantFrom("2", "x", "", "00", "12345678901234567890"),
)
const flags = fc.constantFrom(true, false, null, "true", 1)
const texts = fc.oneof(fc.constantFrom("User has been suspended.", "Forbidden", "0", "-1"), ids)

/** Objects with X's names and values of all kinds. */
const shaped = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, flags, texts, fc.jsonValue(), tie("list"), tie("object")),
  list: fc.array(tie("value"), { maxLength: 4 }),
  object: fc.dictionary(
    fc.constantFrom(
      ..."data errors meta users ids relationship source target following pending_follow".split(
        " ",
      ),
      ..."following_requested follow_request_sent protected id id_str username screen_name".split(
        " ",
      ),
      ..."connection_status connections next_token next_cursor next_cursor_str code type".split(
        " ",
      ),
      ..."message detail title error period resource_type resource_id value __proto__".split(" "),
    ),
    tie("value"),
    { maxKeys: 6 },
  ),
}))

const cut = (text: fc.Arbitrary<string>) =>
  fc.tuple(text, fc.nat()).map(([it, at]) => it.slice(0, at % (it.length + 1)))

const json = fc.oneof(
  shaped.value.map((it) => JSON.stringify(it)),
  shaped.object.map((it) => JSON.stringify(it)),
  fc.constantFrom(...known),
)

export const bodies: fc.Arbitrary<string> = fc.oneof(
  json,
  cut(json),
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "null", "[".repeat(9)),
)

const numbers = fc.oneof(
  fc.nat().map(String),
  fc.constantFrom("0", "49", "-1", "NaN", "1e9", "9".repeat(12), "9".repeat(40), ""),
  fc.nat({ max: 4_000_000_000 }).map((it) => new Date(it * 1000).toUTCString()),
)

const headers = fc.dictionary(
  fc.constantFrom(
    ...["x-rate-limit-", "x-user-limit-24hour-", "x-app-limit-24hour-"].flatMap((prefix) =>
      ["limit", "remaining", "reset"].map((it) => `${prefix}${it}`),
    ),
    "retry-after",
    "content-type",
  ),
  numbers,
)

export const statuses: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(200, 201, 204, 301, 302, 307, 400, 401, 403, 404, 408, 420, 429, 500, 503),
  fc.integer({ min: 0, max: 1_000 }),
)

export const replies: fc.Arbitrary<Endpoint.Reply> = fc
  .record({ status: statuses, body: bodies, headers })
  .map(({ body, headers, status }) => ({
    status,
    body,
    header: (name) => (Object.hasOwn(headers, name) ? headers[name] : undefined),
    at,
  }))

const characters = (alphabet: string, minLength: number, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet.split("")), minLength, maxLength })

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
const digits = "0123456789"

/** Secrets in the forms of X's: keys, tokens, nonces, signatures, bearer and refresh tokens. */
export const secrets: fc.Arbitrary<string> = fc.oneof(
  characters(letters + digits, 25, 50),
  characters(`${letters}${digits}+/`, 27, 90).map((it) => `${it}=`),
  characters(`${letters}${digits}-_`, 32, 120),
  characters("0123456789abcdef", 32, 64),
  fc
    .tuple(characters(digits, 3, 19), characters(letters + digits, 30, 40))
    .map(([user, rest]) => `${user}-${rest}`),
  characters(`${letters}${digits}`, 60, 90).map((it) => `AAAAAAAAAAAAAAAAAAAAA${it}%3D`),
)

/** Also so much, or so much that is taken out, that the secret lies where the evidence ends. */
const padding = fc.oneof(
  fc.string({ unit: fc.constantFrom(..."ab {}<>\n,.".split("")) }),
  fc.nat({ max: 1_100 }).map((it) => "x ".repeat(it / 2)),
  fc.integer({ min: 7_000, max: 8_300 }).map((it) => `${"A".repeat(it)} `),
)

/** Ways in which a body may show a secret. */
export const within: fc.Arbitrary<(secret: string) => string> = fc
  .tuple(
    fc.constantFrom<(secret: string) => string>(
      (it) => it,
      (it) => `{"detail":"no such thing","echo":"${it}"}`,
      (it) => `{"detail":"${it} is not right"}`,
      (it) => JSON.stringify({ request: { headers: { authorization: `Bearer ${it}` } } }),
      (it) => JSON.stringify({ echo: JSON.stringify({ access_token: it }) }),
      (it) => JSON.stringify({ errors: [{ message: `Value passed for the token [${it}]` }] }),
      (it) => `<html><pre>Authorization: OAuth oauth_token="${it}", oauth_nonce="n"</pre></html>`,
      (it) => `<td>oauth_token</td><td>${it}</td>`,
      (it) => `oauth_token=${encodeURIComponent(it)}&x=1`,
      (it) => `GET /2/users/me?access_token=${it} HTTP/1.1`,
      (it) => `{"refresh_token":"${it.replaceAll("/", "\\/")}"}`,
      (it) => `proxy error for <a href="https://x.test/${it}/y">https://x.test/${it}/y</a>`,
      (it) => `{"token":{"value":"${it}"`,
    ),
    padding,
    padding,
  )
  .map(
    ([echo, before, after]) =>
      (secret) =>
        `${before}${echo(secret)}${after}`,
  )
