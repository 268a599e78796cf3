/** twitter-lite: v1.1 with forms, and v2 for reading, which is all that it can do there. */
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { createRequire } from "node:module"
import type TwitterLite from "twitter-lite"
import { consent } from "../support/consent.ts"
import type { Client, Driver, Standing } from "../support/client.ts"
import { tellStory } from "../support/play-story.ts"
import { useStory } from "../support/story-sandbox.ts"
import { app, callback, type Credentials, me, people } from "../support/story-world.ts"
import { type Parameters, v1Driver } from "../support/v1-driver.ts"
import { v2Driver } from "../support/v2-driver.ts"

// Its types say that the class is a `default` export, which it is not.
const Twitter: typeof TwitterLite.default = createRequire(import.meta.url)("twitter-lite")

interface Headers {
  readonly get: (name: string) => string | null
}

const isHeaders = (value: unknown): value is Headers =>
  typeof value === "object" && value !== null && "get" in value && typeof value.get === "function"

const Thrown = Schema.Struct({
  _headers: Schema.declare(isHeaders),
  errors: Schema.optionalKey(
    Schema.Array(Schema.Struct({ code: Schema.optionalKey(Schema.Int), message: Schema.String })),
  ),
  error: Schema.optionalKey(Schema.String),
  title: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String),
})
const decodeThrown = Schema.decodeUnknownSync(Thrown)

const standing = (headers: Headers): Standing => {
  const header = (name: string): number => Number(headers.get(`x-rate-limit-${name}`))
  return { limit: header("limit"), remaining: header("remaining"), reset: header("reset") }
}

const explain: Driver["explain"] = (thrown) => {
  if (thrown instanceof Error) throw thrown
  const { _headers, errors, error, title, detail } = decodeThrown(thrown)
  const [first] = errors ?? []
  return {
    ...(first?.code === undefined ? {} : { code: first.code }),
    ...(title === undefined ? {} : { title }),
    says: first?.message ?? error ?? detail ?? "",
    standing: standing(_headers),
  }
}

/** Leads it elsewhere, by members that its types call private. */
const led = (twitter: TwitterLite.default, to: object): TwitterLite.default =>
  Object.assign(twitter, to)

const make = (url: string, credentials: Credentials, version: "1.1" | "2"): TwitterLite.default => {
  const twitter = new Twitter({
    version,
    extension: version === "1.1",
    consumer_key: app.consumerKey,
    consumer_secret: app.consumerSecret,
    ...(credentials.kind === "oauth1"
      ? { access_token_key: credentials.token, access_token_secret: credentials.secret }
      : credentials.kind === "app"
        ? { bearer_token: credentials.bearerToken }
        : { bearer_token: credentials.accessToken }),
  })
  return led(twitter, { url: `${url}/${version}` })
}

const v1: Client = {
  name: "twitter-lite on v1.1",
  surface: "v1.1",
  kinds: ["oauth1", "app"],
  reads: ["code", "says"],
  refusesApps: "server",
  connect: (url, credentials) => {
    const twitter = make(url, credentials, "1.1")
    return v1Driver({
      get: (path, parameters: Parameters) => twitter.get<unknown>(path, parameters),
      post: (path, parameters: Parameters) => twitter.post<unknown>(path, parameters),
      explain,
    })
  },
}

const v2: Client = {
  name: "twitter-lite reading v2",
  surface: "v2",
  kinds: ["oauth1", "oauth2", "app"],
  reads: ["title"],
  refusesApps: "itself",
  connect: (url, credentials) => {
    const twitter = make(url, credentials, "2")
    return v2Driver({ get: (path, query) => twitter.get<unknown>(path, query), explain })
  },
}

tellStory(v1)
tellStory(v2)

describe("twitter-lite", () => {
  const sandbox = useStory()

  test("gets a user's token in a handshake of three legs, and follows with it", async () => {
    const options = { consumer_key: app.consumerKey, consumer_secret: app.consumerSecret }
    const twitter = led(new Twitter(options), { oauth: `${sandbox.url}/oauth` })
    const requested = await twitter.getRequestToken(callback)
    if (requested.oauth_callback_confirmed !== "true") expect.fail("the callback is not confirmed")
    const { location } = await consent(
      sandbox.url,
      `${sandbox.url}/oauth/authorize?oauth_token=${requested.oauth_token}`,
      { user: me.username },
    )
    expect(location?.searchParams.get("oauth_token")).toBe(requested.oauth_token)
    // It signs this request with the consumer's secret alone.
    const granted = await twitter.getAccessToken({
      oauth_token: requested.oauth_token,
      oauth_verifier: location?.searchParams.get("oauth_verifier") ?? "",
    })
    expect(granted).toMatchObject({ user_id: me.id, screen_name: me.username })
    const driver = v1.connect(sandbox.url, {
      kind: "oauth1",
      consumerKey: app.consumerKey,
      consumerSecret: app.consumerSecret,
      token: granted.oauth_token,
      secret: granted.oauth_token_secret,
    })
    expect(await driver.follow?.(people.open)).toEqual({ following: true, pending: false })
  })
})
