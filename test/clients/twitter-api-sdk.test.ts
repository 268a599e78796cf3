/** twitter-api-sdk: v2 with bearer tokens; token requests in the query. */
import { Schema } from "effect"
import { auth, Client as Sdk } from "twitter-api-sdk"
import { describe, expect, test } from "vitest"
import { consent } from "../support/consent.ts"
import type { Client, Driver } from "../support/client.ts"
import { tellStory } from "../support/play-story.ts"
import { useStory } from "../support/story-sandbox.ts"
import { app, callback, me, people, publicApp } from "../support/story-world.ts"
import { dataOf, OnlyErrors, pageOf, seenIn } from "../support/v2-driver.ts"

const Thrown = Schema.Struct({
  status: Schema.Int,
  headers: Schema.Record(Schema.String, Schema.String),
  error: Schema.Struct({
    title: Schema.optionalKey(Schema.String),
    detail: Schema.optionalKey(Schema.String),
  }),
})
const isThrown = Schema.is(Thrown)
const decodeUser = Schema.decodeUnknownSync(
  Schema.Struct({ connection_status: Schema.Array(Schema.String) }),
)

const explain: Driver["explain"] = (thrown) => {
  if (thrown instanceof OnlyErrors) return thrown.refusal
  if (!isThrown(thrown)) throw thrown
  const { status, headers, error } = thrown
  const header = (name: string): number => Number(headers[`x-rate-limit-${name}`])
  return {
    status,
    ...(error.title === undefined ? {} : { title: error.title }),
    ...(error.detail === undefined ? {} : { says: error.detail }),
    standing: { limit: header("limit"), remaining: header("remaining"), reset: header("reset") },
  }
}

const driverOf = ({ users }: Sdk): Driver => ({
  whoami: async () => dataOf(await users.findMyUser()).id,
  follow: async ({ id }) => {
    const followed = dataOf(await users.usersIdFollow(me.id, { target_user_id: id }))
    return {
      following: followed.following ?? false,
      pending: followed.pending_follow ?? false,
    }
  },
  unfollow: async ({ id }) => ({
    following: dataOf(await users.usersIdUnfollow(me.id, id)).following ?? false,
    pending: false,
  }),
  relationship: async ({ id }) => {
    // @ts-expect-error The client's types are older than the field.
    const user = await users.findUserById(id, { "user.fields": ["connection_status"] })
    return seenIn(decodeUser(dataOf(user)).connection_status)
  },
  page: async (list, of, { size, at }) => {
    const params = { max_results: size, ...(at === undefined ? {} : { pagination_token: at }) }
    return pageOf(
      list === "followers"
        ? await users.usersIdFollowers(of.id, params)
        : await users.usersIdFollowing(of.id, params),
    )
  },
  explain,
})

const client: Client = {
  name: "twitter-api-sdk",
  surface: "v2",
  kinds: ["oauth2", "app"],
  reads: ["status", "title", "says"],
  refusesApps: "server",
  connect: (url, credentials) => {
    if (credentials.kind === "oauth1") expect.fail("this client has no OAuth 1.0a")
    const token = credentials.kind === "app" ? credentials.bearerToken : credentials.accessToken
    return driverOf(new Sdk(token, { base_url: url }))
  },
}

tellStory(client)

describe("twitter-api-sdk", () => {
  const sandbox = useStory()

  for (const { name, clientId, ...secret } of [app, publicApp]) {
    for (const method of ["s256", "plain"] as const) {
      test(`gets, refreshes and revokes a user's token with PKCE by ${method}, as ${name}`, async () => {
        const user = new auth.OAuth2User({
          client_id: clientId,
          ...("clientSecret" in secret ? { client_secret: secret.clientSecret } : {}),
          callback,
          scopes: ["tweet.read", "users.read", "follows.read", "follows.write", "offline.access"],
          request_options: { base_url: sandbox.url },
        })
        const page = user.generateAuthURL(
          method === "s256"
            ? { state: "state", code_challenge_method: method }
            : { state: "state", code_challenge_method: method, code_challenge: "c".repeat(43) },
        )
        const { location } = await consent(sandbox.url, page, { user: me.username })
        const code = location?.searchParams.get("code") ?? ""
        const first = await user.requestAccessToken(code)
        const second = await user.refreshAccessToken()
        expect(second.token.refresh_token).not.toBe(first.token.refresh_token)

        const driver = driverOf(new Sdk(user, { base_url: sandbox.url }))
        expect(await driver.whoami?.()).toBe(me.id)
        expect(await driver.follow?.(people.open)).toEqual({ following: true, pending: false })
        expect(await user.revokeAccessToken()).toEqual({ revoked: true })
        await expect(driver.whoami?.()).rejects.toMatchObject({ status: 401 })
      })
    }
  }

  test("walks through all pages of a list by itself", async () => {
    const { users } = new Sdk(app.bearerToken, { base_url: sandbox.url })
    const seen: Array<string> = []
    for await (const { data } of users.usersIdFollowers(people.hub.id, { max_results: 5 })) {
      seen.push(...(data ?? []).map(({ id }) => id))
    }
    expect(seen).toHaveLength(14)
    expect(new Set(seen).size).toBe(14)
  })
})
