/** Requests written by hand in the ways of clients in other languages: who signs what, and where. */
import { randomBytes } from "node:crypto"
import { authorization, encodePairs, type Keys, type Pairs, sign, type Signing } from "./signing.ts"
import { app, me, oauth1Of } from "./story-world.ts"
import { Connection, message, type Reply } from "./wire.ts"

const { token, secret } = oauth1Of(me)

export const keys: Keys = {
  consumerKey: app.consumerKey,
  consumerSecret: app.consumerSecret,
  token,
  secret,
}

/** An app that has no user yet. */
export const appKeys: Keys = { consumerKey: app.consumerKey, consumerSecret: app.consumerSecret }

/**
 * - `host`: the origin that the client believes it calls; it signs that one and names it in `Host`.
 * - `protocol`: where the `oauth_*` parameters go.
 * - `parameters`: where the other ones go.
 * - `separator`: between the members of the header.
 */
export interface Manner {
  readonly host?: string
  readonly protocol?: "header" | "query" | "form"
  readonly parameters?: "query" | "form"
  readonly separator?: string
  readonly realm?: string
  readonly headers?: ReadonlyArray<string>
  readonly nonce?: () => string
  readonly version?: boolean
  readonly http?: "1.0" | "1.1"
  /** What the client writes behind a path without query. */
  readonly ending?: string
  /** How it writes a query or form; percent-encoding unless told. */
  readonly encode?: (pairs: Pairs) => string
}

/** A request in a client's manner. */
export const write = (
  manner: Manner,
  method: string,
  path: string,
  given: Pairs,
  rest: Pick<Signing, "extra" | "timestamp"> & { readonly keys?: Keys } = {},
): Buffer => {
  const { host = "https://api.twitter.com", encode = encodePairs } = manner
  const hasForm = method !== "GET"
  const inForm = manner.parameters === "form" && hasForm
  // Without a form to put it into, it goes where it goes mostly.
  const place = manner.protocol === "form" && !hasForm ? "header" : (manner.protocol ?? "header")
  const protocol = sign({
    method,
    url: host + path,
    parameters: given,
    keys: rest.keys ?? keys,
    nonce: manner.nonce?.(),
    timestamp: rest.timestamp,
    extra: rest.extra,
    version: manner.version,
  })
  const query = [...(inForm ? [] : given), ...(place === "query" ? protocol : [])]
  const form = [...(inForm ? given : []), ...(place === "form" ? protocol : [])]
  const search = query.length === 0 ? (manner.ending ?? "") : `?${encode(query)}`
  const realm =
    manner.realm === undefined ? "" : `realm="${manner.realm}"${manner.separator ?? ", "}`
  return message(
    `${method} ${path}${search} HTTP/${manner.http ?? "1.1"}`,
    [
      `Host: ${new URL(host).host}`,
      ...(place === "header"
        ? [`Authorization: OAuth ${realm}${authorization(protocol, manner.separator).slice(6)}`]
        : []),
      ...(form.length === 0 ? [] : ["Content-Type: application/x-www-form-urlencoded"]),
      ...(manner.headers ?? []),
    ],
    method === "GET" ? undefined : encode(form),
  )
}

/** Sends one request on a connection of its own. */
export const exchange = async (url: string, bytes: Buffer): Promise<Reply> => {
  const connection = await Connection.open(Number(new URL(url).port))
  try {
    connection.write(bytes)
    const reply = await connection.reply()
    if (reply === "closed") throw new Error("the connection was closed without a reply")
    return reply
  } finally {
    connection.destroy()
  }
}

/** As forms write a space. */
const plusForSpace = (pairs: Pairs): string => encodePairs(pairs).replaceAll("%20", "+")
/** Commas as they are. */
export const rawCommas = (pairs: Pairs): string => encodePairs(pairs).replaceAll("%2C", ",")
/** Hexadecimal digits in lower case, as some languages' libraries write them. */
export const lowerCaseEscapes = (pairs: Pairs): string =>
  encodePairs(pairs).replaceAll(/%[0-9A-F]{2}/g, (it) => it.toLowerCase())

/** A library on v1.1: its manner, how it says yes and no, and by what method it makes a handshake. */
export interface Library extends Manner {
  readonly yes: string
  readonly no: string
  readonly handshake?: "GET" | "POST"
}

/** The manner of each library, on v1.1, with the way in which it writes a boolean. */
export const libraries: Readonly<Record<string, Library>> = {
  "tweepy: parameters in the query, no body": {
    headers: ["User-Agent: Python/3.11 Requests/2.31 Tweepy/4.14", "Accept: */*"],
    yes: "True",
    no: "False",
  },
  "Net::Twitter: base64 nonces, no spaces, a realm": {
    parameters: "form",
    separator: ",",
    realm: "https://api.twitter.com/, quoted",
    nonce: () => randomBytes(33).toString("base64"),
    yes: "1",
    no: "0",
  },
  "the ruby gem: a form, closes the connection": {
    parameters: "form",
    headers: ["Connection: close", "Accept: application/json"],
    encode: plusForSpace,
    yes: "true",
    no: "false",
  },
  "python-twitter: a form, gzip": {
    parameters: "form",
    headers: ["Accept-Encoding: gzip, deflate", "Connection: keep-alive"],
    yes: "true",
    no: "false",
  },
  "TwitterOAuth for PHP: everything in the form, expects to be told to go on": {
    host: "https://api.x.com",
    protocol: "form",
    parameters: "form",
    headers: ["Expect: 100-continue"],
    yes: "1",
    no: "0",
  },
  "a signed link: everything in the query": {
    protocol: "query",
    version: false,
    encode: lowerCaseEscapes,
    yes: "t",
    no: "f",
  },
  "twurl: the JSON type with an empty body": {
    headers: ["Content-Type: application/json"],
    yes: "True",
    no: "False",
  },
  "a client without an HTTP/1.1 library": {
    http: "1.0",
    separator: " ,  ",
    yes: "true",
    no: "false",
  },
}
