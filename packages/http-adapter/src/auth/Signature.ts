/**
 * OAuth 1.0a's signature, HMAC-SHA1 (RFC 5849, section 3.4): a pure function of credentials, request,
 * nonce and time.
 *
 * The code is of this package, since what there is on npm brings Node's own crypto, makes its nonces
 * of `Math.random`, or loses a parameter that comes twice. The hash is `@noble/hashes`: audited, the
 * same on every platform, and without a promise for each signature, which WebCrypto would need. It
 * takes twice the time of Node's own; with the state of the key kept, a whole signature takes about
 * six tenths of what the npm package `oauth-1.0a` takes with Node's (`pnpm bench signing`), so that a
 * hash of our own would gain nothing that anybody notices.
 *
 * @since 0.1.0
 */
import { hmac } from "@noble/hashes/hmac.js"
import { sha1 } from "@noble/hashes/legacy.js"
import * as Redacted from "effect/Redacted"
import { encode } from "./Percent.ts"

/**
 * What signs: an app's key and secret, and a user's token and its secret where there is a user. A
 * `Credential` of the kind `OAuth1` is one.
 *
 * Signing remembers what it derives from an object of keys for as long as the object lives: keep the
 * object, and do not change it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Keys {
  readonly key: string
  readonly secret: Redacted.Redacted
  readonly token?: string | undefined
  readonly tokenSecret?: Redacted.Redacted | undefined
}

/**
 * Parameters in order, a name as often as it stands there.
 *
 * @category models
 * @since 0.1.0
 */
export type Pairs = ReadonlyArray<readonly [name: string, value: string]>

/**
 * - `url`: origin and path, as they are sent; a query in it is not signed.
 * - `query`, `form`: names and values as they are. A body that is no form is not signed.
 * - `protocol`: `oauth_*` parameters beyond the usual ones, such as `oauth_callback`; they are signed
 *   and stand in the header.
 *
 * @category models
 * @since 0.1.0
 */
export interface Request {
  readonly method: string
  readonly url: string
  readonly query?: Pairs | undefined
  readonly form?: Pairs | undefined
  readonly protocol?: Pairs | undefined
}

/**
 * What makes two signatures of one request differ. A nonce is good for one request; `Entropy` makes
 * them. The timestamp is in seconds since 1970, on the server's clock: see `Skew`.
 *
 * @category models
 * @since 0.1.0
 */
export interface Moment {
  readonly nonce: string
  readonly timestampSeconds: number
}

// Encoded text has no NUL, and nothing sorts before it: sorting the joined pairs sorts by name, then
// by value, as the standard asks, without comparing pairs.
const separator = "\0"

const method = `oauth_signature_method${separator}HMAC-SHA1`
const version = `oauth_version${separator}1.0`

type Mac = ReturnType<typeof hmac.create>

interface Prepared {
  readonly mac: Mac
  /** The protocol's parameters that are the same in every request, and their part of the header. */
  readonly consumer: string
  readonly token: string | undefined
  readonly header: string
}

const utf8 = new TextEncoder()

/**
 * The key of the signature: both secrets, encoded. There is no token secret before there is a token.
 *
 * @category operations
 * @since 0.1.0
 */
export const signingKey = ({ secret, tokenSecret }: Keys): string =>
  `${encode(Redacted.value(secret))}&${tokenSecret === undefined ? "" : encode(Redacted.value(tokenSecret))}`

const known = new WeakMap<Keys, Prepared>()

const prepare = (keys: Keys): Prepared => {
  const before = known.get(keys)
  if (before !== undefined) return before
  const consumer = encode(keys.key)
  const token = keys.token === undefined ? undefined : encode(keys.token)
  const prepared: Prepared = {
    mac: hmac.create(sha1, utf8.encode(signingKey(keys))),
    consumer: `oauth_consumer_key${separator}${consumer}`,
    token: token === undefined ? undefined : `oauth_token${separator}${token}`,
    header: `OAuth oauth_consumer_key="${consumer}"${token === undefined ? "" : `, oauth_token="${token}"`}, oauth_signature_method="HMAC-SHA1", oauth_version="1.0"`,
  }
  known.set(keys, prepared)
  return prepared
}

const push = (list: Array<string>, pairs: Pairs | undefined): void => {
  if (pairs === undefined) return
  for (const [name, value] of pairs) list.push(encode(name) + separator + encode(value))
}

/** As it arrives: scheme and host in lower case, without a default port, the path as it is sent. */
const baseUrl = (url: string): string => {
  const parsed = URL.parse(url)
  return parsed === null ? url : parsed.origin + parsed.pathname
}

const base = (prepared: Prepared, request: Request, moment: Moment): string => {
  const { consumer, token } = prepared
  const list = [consumer, `oauth_nonce${separator}${encode(moment.nonce)}`, method]
  list.push(`oauth_timestamp${separator}${moment.timestampSeconds}`)
  if (token !== undefined) list.push(token)
  list.push(version)
  const own = list.length
  push(list, request.query)
  push(list, request.form)
  push(list, request.protocol)
  if (list.length > own) list.sort()
  const parameters = list.join("&").replaceAll(separator, "=")
  // Of what is in encoded parameters, `encodeURIComponent` leaves alone just what OAuth leaves alone.
  return `${request.method.toUpperCase()}&${encode(baseUrl(request.url))}&${encodeURIComponent(parameters)}`
}

/**
 * The text that is signed: method, URL, and every parameter encoded, sorted and joined.
 *
 * @category operations
 * @since 0.1.0
 */
export const baseString = (keys: Keys, request: Request, moment: Moment): string =>
  base(prepare(keys), request, moment)

// Signing waits for nothing, so that one buffer is enough.
let bytes = new Uint8Array(4096)

const digest = (mac: Mac, text: string): string => {
  if (bytes.length < text.length) bytes = new Uint8Array(2 * text.length)
  // A base string is ASCII: a byte for each character.
  const { written } = utf8.encodeInto(text, bytes)
  return btoa(String.fromCharCode(...mac.clone().update(bytes.subarray(0, written)).digest()))
}

/**
 * The signature, in Base64.
 *
 * @category operations
 * @since 0.1.0
 */
export const signature = (keys: Keys, request: Request, moment: Moment): string => {
  const prepared = prepare(keys)
  return digest(prepared.mac, base(prepared, request, moment))
}

/**
 * The value of the `Authorization` header.
 *
 * @category operations
 * @since 0.1.0
 */
export const authorization = (keys: Keys, request: Request, moment: Moment): string => {
  let header = prepare(keys).header
  if (request.protocol !== undefined) {
    for (const [name, value] of request.protocol) header += `, ${encode(name)}="${encode(value)}"`
  }
  return `${header}, oauth_nonce="${encode(moment.nonce)}", oauth_timestamp="${moment.timestampSeconds}", oauth_signature="${encode(signature(keys, request, moment))}"`
}
