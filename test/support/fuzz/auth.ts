/** Ways to say who asks, good and bad ones, and how a draft becomes bytes. */
import { authorization, encodePairs, type Keys, now, type Pairs, sign } from "../signing.ts"
import { message } from "../wire.ts"
import type { Act, Draft } from "./act.ts"
import type { Verdict } from "./flaw.ts"
import { bearerOf, main, type Person, reader, signerOf } from "./world.ts"

/**
 * What every run has other ones of: tokens that were good once, and those that `places` stand for.
 */
export interface Spent {
  readonly places: ReadonlyMap<string, string>
  readonly expired: string
  readonly revoked: string
  /** The nonce of a signature by the actor that was used. */
  readonly usedNonce: (actor: Person) => { readonly nonce: string; readonly timestamp: number }
}

/** What a request says of its sender: lines of the head, and parameters that go with the others. */
interface Said {
  readonly lines?: ReadonlyArray<string>
  readonly query?: Pairs
  readonly form?: Pairs
}

interface Way {
  readonly alone?: true
  readonly verdict: (act: Act) => Verdict
  readonly say: (draft: Draft, actor: Person, spent: Spent) => Said
}

const form = "application/x-www-form-urlencoded"
export const origins = ["https://api.x.com", "https://api.twitter.com"]

const keysOf = (app: typeof main | typeof reader, actor: Person): Keys => ({
  consumerKey: app.consumerKey,
  consumerSecret: app.consumerSecret,
  ...signerOf(app, actor),
})

/** What a request without its origin would be. */
const clean = (path: string): string => path.replace(/^http:\/\/api\.x\.com/, "")

const signed = (
  { method, path, query, form: fields = [] }: Draft,
  keys: Keys,
  rest: { readonly nonce?: string; readonly timestamp?: number; readonly extra?: Pairs } = {},
): Pairs => {
  const origin = origins[path.length % origins.length] ?? ""
  return sign({
    method,
    url: origin + clean(path),
    parameters: [...query, ...fields],
    keys,
    ...rest,
  })
}

const inHeader = (protocol: Pairs): Said => ({
  lines: [`Authorization: ${authorization(protocol)}`],
})
const bearer = (token: string): Said => ({ lines: [`Authorization: Bearer ${token}`] })

/** For users, by OAuth 1.0a, which is taken wherever users are. */
const forUsers = (): Verdict => "sound"
const forNobody = ({ auth }: Act): Verdict => (auth === "whoever" ? "sound" : "refused")
const unlessWriting = ({ auth, intent, surface }: Act): Verdict =>
  auth === "whoever" || intent === undefined
    ? "either"
    : surface === "control"
      ? "sound"
      : "refused"

const bad = (say: Way["say"]): Way => ({ verdict: forNobody, say })
const badly = (
  change: (keys: Keys) => Partial<Keys>,
  rest: { readonly timestamp?: () => number; readonly extra?: Pairs } = {},
): Way =>
  bad((draft, actor) => {
    const keys = keysOf(main, actor)
    const timestamp = rest.timestamp?.()
    return inHeader(
      signed(
        draft,
        { ...keys, ...change(keys) },
        {
          ...(timestamp === undefined ? {} : { timestamp }),
          ...(rest.extra === undefined ? {} : { extra: rest.extra }),
        },
      ),
    )
  })

const without = (name: string): Way =>
  bad((draft, actor) =>
    inHeader(signed(draft, keysOf(main, actor)).filter(([key]) => key !== name)),
  )

const instead = (name: string, value: string): Way =>
  bad((draft, actor) =>
    inHeader(
      signed(draft, keysOf(main, actor)).map((pair) => (pair[0] === name ? [name, value] : pair)),
    ),
  )

export const ways: Readonly<Record<string, Way>> = {
  "a signature in the header": {
    verdict: forUsers,
    say: (draft, actor) => inHeader(signed(draft, keysOf(main, actor))),
  },
  "a signature in the query": {
    verdict: forUsers,
    say: (draft, actor) => ({ query: signed(draft, keysOf(main, actor)) }),
  },
  "a signature in the form": {
    verdict: forUsers,
    say: (draft, actor) => {
      const protocol = signed(draft, keysOf(main, actor))
      return draft.form === undefined ? inHeader(protocol) : { form: protocol }
    },
  },
  "an access token": {
    verdict: ({ auth }) => (auth === "user1" || auth === "any1" ? "refused" : "sound"),
    say: (_, actor) => bearer(bearerOf(main, actor)),
  },
  "an app's token": {
    alone: true,
    verdict: ({ auth }) => (auth === "user" || auth === "user1" ? "refused" : "sound"),
    say: () => bearer(main.bearerToken),
  },
  "a signature by an app that only reads": {
    verdict: unlessWriting,
    say: (draft, actor) => inHeader(signed(draft, keysOf(reader, actor))),
  },
  "an access token of few scopes": {
    verdict: unlessWriting,
    say: (_, actor) => bearer(bearerOf(reader, actor)),
  },
  nothing: bad(() => ({})),
  "an unknown token": bad(() => bearer("Secret-never-given-out")),
  "an expired token": bad((_, __, { expired }) => bearer(expired)),
  "a revoked token": bad((_, __, { revoked }) => bearer(revoked)),
  "an empty token": bad(() => bearer("")),
  "a token that is long": bad(() => bearer("x".repeat(6_000))),
  "two tokens": bad((_, actor) => bearer(`${bearerOf(main, actor)} ${bearerOf(main, actor)}`)),
  "a token in another case": bad((_, actor) => bearer(bearerOf(main, actor).toUpperCase())),
  "the app's token, decoded": bad(() => bearer(decodeURIComponent(main.bearerToken))),
  "a signature with another secret": badly(() => ({ secret: "wrong" })),
  "a signature with another app's secret": badly(() => ({ consumerSecret: reader.consumerSecret })),
  "a signature by an unknown app": badly(() => ({ consumerKey: "unknown" })),
  "a signature with an unknown token": badly(({ token }) => ({ token: `${token}x` })),
  "a signature with another app's token": bad((draft, actor) =>
    inHeader(signed(draft, { ...keysOf(main, actor), ...signerOf(reader, actor) })),
  ),
  "a signature of ten minutes ago": badly(() => ({}), { timestamp: () => now() - 600 }),
  "a signature of tomorrow": badly(() => ({}), { timestamp: () => now() + 86_400 }),
  "a signature without time": instead("oauth_timestamp", ""),
  "a signature of no time": instead("oauth_timestamp", "now"),
  "a signature of a time beyond numbers": instead("oauth_timestamp", "9".repeat(400)),
  "a signature that was used": bad((draft, actor, { usedNonce }) =>
    inHeader(signed(draft, keysOf(main, actor), usedNonce(actor))),
  ),
  "a signature without a nonce": without("oauth_nonce"),
  "a nonce without a signature": without("oauth_signature"),
  "an empty signature": instead("oauth_signature", ""),
  "a signature that is none": instead("oauth_signature", "é\0"),
  "a signature of plain text": instead("oauth_signature_method", "PLAINTEXT"),
  "a signature of version 2": instead("oauth_version", "2.0"),
  "two signatures": bad((draft, actor) => {
    const protocol = signed(draft, keysOf(main, actor))
    return { ...inHeader(protocol), query: [["oauth_signature", "other"]] }
  }),
  "a signature for another host": bad((draft, actor) =>
    inHeader(
      sign({
        method: draft.method,
        url: `https://api.example.com${clean(draft.path)}`,
        parameters: [...draft.query, ...(draft.form ?? [])],
        keys: keysOf(main, actor),
      }),
    ),
  ),
  "a header that is no header": bad(() => ({ lines: ['Authorization: OAuth oauth_token="'] })),
  "a header of an unknown scheme": bad(() => ({ lines: ["Authorization: Digest x=1"] })),
  "a name and password": bad(() => ({ lines: ["Authorization: Basic YTpi"] })),
}

/** The bytes of a draft with what it says of its sender. */
export const render = (draft: Draft, said: Said): Buffer => {
  const query = encodePairs([...draft.query, ...(said.query ?? [])])
  const raw = draft.raw === undefined ? [] : [draft.raw]
  const parts = [...(query === "" ? [] : [query]), ...raw]
  const fields = [...(draft.form ?? []), ...(said.form ?? [])]
  const body = draft.form === undefined ? draft.body : encodePairs(fields)
  const type = draft.contentType ?? (draft.form === undefined ? undefined : form)
  return message(
    `${draft.method} ${draft.path}${parts.length === 0 ? "" : `?${parts.join("&")}`} HTTP/1.1`,
    [
      ...("host" in draft
        ? draft.host === undefined
          ? []
          : [`Host: ${draft.host}`]
        : ["Host: 127.0.0.1"]),
      ...(said.lines ?? []),
      ...(type === undefined ? [] : [`Content-Type: ${type}`]),
      ...(draft.headers ?? []),
    ],
    body,
  )
}
