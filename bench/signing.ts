/** OAuth 1.0a signatures, nonce included, against the npm package `oauth-1.0a` on Node's own crypto. */
import { Entropy, Signature } from "@kith/http-adapter"
import { UserId } from "@kith/core"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import OAuth from "oauth-1.0a"
import { type Benchmark, type Contender, slower, takeTurns, timed } from "./harness.ts"

const count = 20_000
const rounds = 15
const warmups = 4

const app = {
  key: "xvz1evFS4wEEPTGEFPHBog",
  secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
}
const user = {
  key: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
  secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
}

interface Sample {
  readonly method: string
  readonly url: string
  readonly data: Readonly<Record<string, string>>
}

/** A command of v1.1, one of v2, whose body is not signed, and a page of a list. */
const samples: ReadonlyArray<Sample> = [
  {
    method: "POST",
    url: "https://api.x.com/1.1/friendships/create.json",
    data: { user_id: "1401881", follow: "true" },
  },
  { method: "POST", url: "https://api.x.com/2/users/370773112/following", data: {} },
  {
    method: "GET",
    url: "https://api.x.com/2/users/370773112/following",
    data: {
      max_results: "1000",
      "user.fields": "connection_status,protected",
      pagination_token: "5CS0O0C6II61EZZZ",
    },
  },
]

const kith: Contender = async () => {
  const credential = {
    _tag: "OAuth1" as const,
    app: "bench",
    user: UserId.make("370773112"),
    key: app.key,
    secret: Redacted.make(app.secret),
    token: user.key,
    tokenSecret: Redacted.make(user.secret),
  }
  const requests = samples.map(({ method, url, data }) => ({
    method,
    url,
    query: Object.entries(data),
  }))
  const random = Entropy.Entropy.defaultValue()
  return () =>
    timed(count * samples.length, () => {
      let length = 0
      for (let index = 0; index < count; index++) {
        for (const request of requests) {
          const moment = {
            nonce: Entropy.nonce(random),
            timestampSeconds: Math.floor(Date.now() / 1000),
          }
          length += Signature.authorization(credential, request, moment).length
        }
      }
      return length
    })
}

const theirs: Contender = async () => {
  const oauth = new OAuth({
    consumer: app,
    signature_method: "HMAC-SHA1",
    hash_function: (base, key) => createHmac("sha1", key).update(base).digest("base64"),
  })
  return () =>
    timed(count * samples.length, () => {
      let length = 0
      for (let index = 0; index < count; index++) {
        for (const { method, url, data } of samples) {
          // It writes into the parameters that it is given.
          const signed = oauth.authorize({ method, url, data: { ...data } }, user)
          length += oauth.toHeader(signed).Authorization.length
        }
      }
      return length
    })
}

export const contenders: Readonly<Record<string, Contender>> = { kith, "oauth-1.0a": theirs }

const benchmark: Benchmark = {
  title: "OAuth 1.0a, one signature",
  run: async () => {
    const times = await takeTurns(import.meta.filename, Object.keys(contenders), rounds, warmups)
    return [slower("signature, against npm oauth-1.0a", times, "kith", "oauth-1.0a", 1)]
  },
}

export default benchmark
