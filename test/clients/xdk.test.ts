/** @xdevplatform/xdk: X's own client of v2, with keys in camel case. */
import { Client as Xdk, ApiError, OAuth1, OAuth2, generateCodeVerifier } from "@xdevplatform/xdk"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"
import { consent } from "../support/consent.ts"
import type { Client, Driver } from "../support/client.ts"
import { tellStory } from "../support/play-story.ts"
import { withFetchOf } from "../support/redirect.ts"
import { useStory } from "../support/story-sandbox.ts"
import {
  app,
  callback,
  type Credentials,
  me,
  people,
  publicApp,
  scopes,
} from "../support/story-world.ts"
import { dataOf, OnlyErrors, seenIn } from "../support/v2-driver.ts"

const Data = Schema.Struct({
  title: Schema.optionalKey(Schema.String),
  detail: Schema.optionalKey(Schema.String),
})
const decodeData = Schema.decodeUnknownSync(Data)
const decodeStatus = Schema.decodeUnknownSync(Schema.Array(Schema.String))

const make = (url: string, credentials: Credentials): Xdk => {
  switch (credentials.kind) {
    case "oauth1":
      return new Xdk({
        baseUrl: url,
        oauth1: new OAuth1({
          apiKey: credentials.consumerKey,
          apiSecret: credentials.consumerSecret,
          callback,
          accessToken: credentials.token,
          accessTokenSecret: credentials.secret,
        }),
      })
    case "oauth2":
      return new Xdk({ baseUrl: url, accessToken: credentials.accessToken })
    case "app":
      return new Xdk({ baseUrl: url, bearerToken: credentials.bearerToken })
  }
}

const explain: Driver["explain"] = (thrown) => {
  if (thrown instanceof OnlyErrors) return thrown.refusal
  if (!(thrown instanceof ApiError)) throw thrown
  const { title, detail } = decodeData(thrown.data)
  const header = (name: string): number => Number(thrown.headers.get(`x-rate-limit-${name}`))
  return {
    status: thrown.status,
    ...(title === undefined ? {} : { title }),
    ...(detail === undefined ? {} : { says: detail }),
    standing: { limit: header("limit"), remaining: header("remaining"), reset: header("reset") },
  }
}

const client: Client = {
  name: "@xdevplatform/xdk",
  surface: "v2",
  kinds: ["oauth1", "oauth2", "app"],
  reads: ["status", "title", "says"],
  // It throws before it sends.
  refusesApps: "itself",
  connect: (url, credentials) => {
    const { users } = make(url, credentials)
    return {
      whoami: async () => dataOf(await users.getMe()).id ?? "",
      follow: async ({ id }) => {
        const followed = dataOf(await users.followUser(me.id, { targetUserId: id }))
        return { following: followed.following, pending: followed.pendingFollow }
      },
      unfollow: async ({ id }) => ({
        following: dataOf(await users.unfollowUser(me.id, id)).following ?? false,
        pending: false,
      }),
      relationship: async ({ id }) => {
        const user = dataOf(await users.getById(id, { userFields: ["connection_status"] }))
        return seenIn(decodeStatus(user.connectionStatus ?? []))
      },
      page: async (list, of, { size, at }) => {
        const options = {
          maxResults: size,
          ...(at === undefined ? {} : { paginationToken: at }),
        }
        const page =
          list === "followers"
            ? await users.getFollowers(of.id, options)
            : await users.getFollowing(of.id, options)
        return {
          ids: (page.meta === undefined ? dataOf(page) : (page.data ?? [])).map(
            ({ id }) => id ?? "",
          ),
          next: page.meta?.nextToken,
          previous: page.meta?.previousToken,
        }
      },
      explain,
    }
  },
}

tellStory(client)

describe("@xdevplatform/xdk", () => {
  const sandbox = useStory()

  test("gets a user's token in a handshake of three legs, and follows with it", async () => {
    const granted = await withFetchOf(sandbox.url, async () => {
      const oauth1 = new OAuth1({
        apiKey: app.consumerKey,
        apiSecret: app.consumerSecret,
        callback,
      })
      const { location } = await consent(sandbox.url, await oauth1.startOAuthFlow(), {
        user: me.username,
      })
      return oauth1.getAccessToken(location?.searchParams.get("oauth_verifier") ?? "")
    })
    const driver = client.connect(sandbox.url, {
      kind: "oauth1",
      consumerKey: app.consumerKey,
      consumerSecret: app.consumerSecret,
      token: granted.accessToken,
      secret: granted.accessTokenSecret,
    })
    expect(await driver.follow?.(people.open)).toEqual({ following: true, pending: false })
  })

  for (const { name, clientId, ...secret } of [app, publicApp]) {
    test(`gets and refreshes a user's token with PKCE, as ${name}`, async () => {
      const [first, second] = await withFetchOf(sandbox.url, async () => {
        const oauth2 = new OAuth2({
          clientId,
          ...("clientSecret" in secret ? { clientSecret: secret.clientSecret } : {}),
          redirectUri: callback,
          scope: [...scopes],
        })
        await oauth2.setPkceParameters(generateCodeVerifier(64))
        const { location } = await consent(sandbox.url, await oauth2.getAuthorizationUrl("st&te"), {
          user: me.username,
        })
        expect(location?.searchParams.get("state")).toBe("st&te")
        const code = location?.searchParams.get("code") ?? ""
        const token = await oauth2.exchangeCode(code, oauth2.getCodeVerifier())
        return [token, await oauth2.refreshToken()]
      })
      expect(first).toMatchObject({ token_type: "bearer", expires_in: 7200 })
      expect(new Set(second.scope?.split(" "))).toEqual(new Set(scopes))
      expect(second.refresh_token).not.toBe(first.refresh_token)
      const { access_token } = second
      const driver = client.connect(sandbox.url, { kind: "oauth2", accessToken: access_token })
      expect(await driver.whoami?.()).toBe(me.id)
      expect(await driver.follow?.(people.guarded)).toEqual({ following: false, pending: true })
      await driver.unfollow?.(people.guarded)
    })
  }
})
