/** OAuth 1.0a by hand, so that it can be done in the ways of many clients, and wrongly. */
import { createHmac, randomBytes } from "node:crypto"

export interface Keys {
  readonly consumerKey: string
  readonly consumerSecret: string
  readonly token?: string | undefined
  readonly secret?: string | undefined
}

export type Pairs = ReadonlyArray<readonly [name: string, value: string]>

/** RFC 3986: everything but unreserved characters. */
export const percent = (text: string): string =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  )

export const encodePairs = (pairs: Pairs): string =>
  pairs.map(([name, value]) => `${percent(name)}=${percent(value)}`).join("&")

const byteOrder = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The text that is signed. */
export const baseString = (method: string, url: string, pairs: Pairs): string => {
  const encoded = pairs.map(([name, value]) => [percent(name), percent(value)] as const)
  const sorted = encoded.toSorted((a, b) => byteOrder(a[0], b[0]) || byteOrder(a[1], b[1]))
  return [method, url, sorted.map((pair) => pair.join("=")).join("&")].map(percent).join("&")
}

export const hmac = (base: string, { consumerSecret, secret = "" }: Keys): string =>
  createHmac("sha1", `${percent(consumerSecret)}&${percent(secret)}`)
    .update(base)
    .digest("base64")

export interface Signing {
  readonly method: string
  /** As the client believes it to be, without query. */
  readonly url: string
  /** Of the query and the form. */
  readonly parameters?: Pairs | undefined
  readonly keys: Keys
  readonly nonce?: string | undefined
  readonly timestamp?: number | undefined
  /** Protocol parameters that are not the same in every request. */
  readonly extra?: Pairs | undefined
  readonly version?: boolean | undefined
}

export const now = (): number => Math.floor(Date.now() / 1000)

/** The protocol parameters of a request, the signature last. */
export const sign = ({
  method,
  url,
  parameters = [],
  keys,
  nonce = randomBytes(16).toString("hex"),
  timestamp = now(),
  extra = [],
  version = true,
}: Signing): Pairs => {
  const protocol: Pairs = [
    ["oauth_consumer_key", keys.consumerKey],
    ["oauth_nonce", nonce],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(timestamp)],
    ...(keys.token === undefined ? [] : [["oauth_token", keys.token] as const]),
    ...(version ? [["oauth_version", "1.0"] as const] : []),
    ...extra,
  ]
  const signature = hmac(baseString(method, url, [...protocol, ...parameters]), keys)
  return [...protocol, ["oauth_signature", signature]]
}

/** The value of an `Authorization` header. */
export const authorization = (protocol: Pairs, separator = ", "): string =>
  `OAuth ${protocol.map(([name, value]) => `${percent(name)}="${percent(value)}"`).join(separator)}`
