/** twitter-api-v2: how it gets tokens, with real consent pages, and what else it offers. */
import type { TwitterApi } from "twitter-api-v2"
import { describe, expect, test } from "vitest"
import { consent } from "../support/consent.ts"
import { useStory } from "../support/story-sandbox.ts"
import {
  app,
  callback,
  me,
  members,
  oauth1Of,
  oauth2Of,
  people,
  publicApp,
  scopes,
} from "../support/story-world.ts"
import { byAgent, need, v1DriverOf, v2DriverOf } from "../support/twitter-api-v2.ts"

const newestFirst = members.map(({ id }) => id).toReversed()
const appKeys = { appKey: app.consumerKey, appSecret: app.consumerSecret }

const sandbox = useStory()

const make = (token: Parameters<typeof byAgent.make>[1]): TwitterApi =>
  byAgent.make(sandbox.url, token)

describe("twitter-api-v2, in a handshake of three legs", () => {
  for (const linkMode of ["authorize", "authenticate"] as const) {
    test(`gets a user's token from a page to ${linkMode}, and follows with it`, async () => {
      const link = await make(appKeys).generateAuthLink(callback, { linkMode })
      expect(link.oauth_callback_confirmed).toBe("true")
      const { location } = await consent(sandbox.url, link.url, { user: me.username })
      const answer = need(location)
      expect(answer.origin + answer.pathname).toBe(callback)
      expect(answer.searchParams.get("oauth_token")).toBe(link.oauth_token)
      const login = await make({
        ...appKeys,
        accessToken: link.oauth_token,
        accessSecret: link.oauth_token_secret,
      }).login(need(answer.searchParams.get("oauth_verifier")))
      expect(login).toMatchObject({ userId: me.id, screenName: me.username })
      expect(login.accessToken).toMatch(new RegExp(`^${me.id}-`))
      expect(await v1DriverOf(login.client).follow?.(people.open)).toEqual({
        following: true,
        pending: false,
      })
      expect(await sandbox.held.relationship(me.id, people.open.id)).toMatchObject({
        state: "following",
      })
    })
  }

  test("gets a user's token for a PIN", async () => {
    const link = await make(appKeys).generateAuthLink()
    const { location, page } = await consent(sandbox.url, link.url, { user: me.username })
    expect(location).toBeUndefined()
    const [pin] = need(page.match(/(?<![\w#])[0-9]{6,8}(?!\w)/))
    const { client } = await make({
      ...appKeys,
      accessToken: link.oauth_token,
      accessSecret: link.oauth_token_secret,
    }).login(pin)
    expect(await v2DriverOf(client).whoami?.()).toBe(me.id)
  })

  test("gets nothing when the user denies, and nothing for a wrong verifier", async () => {
    const denied = await make(appKeys).generateAuthLink(callback)
    const { location } = await consent(sandbox.url, denied.url, {
      user: me.username,
      answer: "deny",
    })
    expect(need(location).searchParams.get("denied")).toBe(denied.oauth_token)
    const link = await make(appKeys).generateAuthLink(callback)
    await consent(sandbox.url, link.url, { user: me.username })
    for (const { oauth_token, oauth_token_secret } of [denied, link]) {
      const client = make({
        ...appKeys,
        accessToken: oauth_token,
        accessSecret: oauth_token_secret,
      })
      // One after the other, so that a failure names the one that failed.
      await expect(client.login("0000000")).rejects.toMatchObject({ code: 401 })
    }
  })

  test("is refused a callback that the app did not register", async () => {
    await expect(make(appKeys).generateAuthLink(`${callback}/other`)).rejects.toMatchObject({
      code: 403,
      data: { errors: [{ code: 415 }] },
    })
  })
})

describe("twitter-api-v2, with PKCE", () => {
  for (const { name, clientId, ...secret } of [app, publicApp]) {
    test(`gets, refreshes and revokes a user's token, as ${name}`, async () => {
      const client = make({
        clientId,
        ...("clientSecret" in secret ? { clientSecret: secret.clientSecret } : {}),
      })
      const link = client.generateOAuth2AuthLink(callback, { scope: [...scopes] })
      const { location } = await consent(sandbox.url, link.url, { user: me.username })
      const answer = need(location).searchParams
      expect(answer.get("state")).toBe(link.state)
      const grant = {
        code: need(answer.get("code")),
        codeVerifier: link.codeVerifier,
        redirectUri: callback,
      }
      const login = await client.loginWithOAuth2(grant)
      expect(login.expiresIn).toBe(7200)
      expect(new Set(login.scope)).toEqual(new Set(scopes))
      expect(await v2DriverOf(login.client).follow?.(people.guarded)).toEqual({
        following: false,
        pending: true,
      })

      const fresh = await client.refreshOAuth2Token(need(login.refreshToken))
      expect(fresh.refreshToken).not.toBe(login.refreshToken)
      expect(await v2DriverOf(fresh.client).whoami?.()).toBe(me.id)
      await client.revokeOAuth2Token(need(fresh.refreshToken), "refresh_token")
      await expect(fresh.client.v2.me()).rejects.toMatchObject({ code: 401 })
    })
  }

  test("has a token for 7,200 seconds", async () => {
    const client = make({ clientId: publicApp.clientId })
    const link = client.generateOAuth2AuthLink(callback, { scope: ["tweet.read", "users.read"] })
    const { location } = await consent(sandbox.url, link.url, { user: me.username })
    const login = await client.loginWithOAuth2({
      code: need(need(location).searchParams.get("code")),
      codeVerifier: link.codeVerifier,
      redirectUri: callback,
    })
    expect(login.refreshToken).toBeUndefined()
    await sandbox.held.call("POST", "clock", { advanceSeconds: 7199 })
    expect(await v2DriverOf(login.client).whoami?.()).toBe(me.id)
    await sandbox.held.call("POST", "clock", { advanceSeconds: 1 })
    await expect(login.client.v2.me()).rejects.toMatchObject({ code: 401 })
  })
})

describe("twitter-api-v2", () => {
  const tokens = { ...appKeys, accessToken: oauth1Of(me).token, accessSecret: oauth1Of(me).secret }

  test("gets an app's token, always the same", async () => {
    const client = await make(appKeys).appLogin()
    expect(client.getActiveTokens()).toEqual({ type: "oauth2", bearerToken: app.bearerToken })
    const { ids } = await v2DriverOf(client).page("followers", people.hub, { size: 2 })
    expect(ids).toEqual(newestFirst.slice(0, 2))
  })

  test("walks v2's lists with its own paginator, forth and back", async () => {
    const { v2 } = make(oauth2Of(me).accessToken)
    const first = await v2.followers(people.hub.id, { asPaginator: true, max_results: 5 })
    const second = await first.next()
    const back = await second.previous()
    expect(back.users).toEqual(first.users)
    const all: Array<string> = []
    for await (const { id } of first) all.push(id)
    expect(all).toEqual(newestFirst)
  })

  test("walks v1.1's lists of users and of ids with its own paginators", async () => {
    const { v1 } = make(tokens)
    const users = await v1.userFollowerList({ user_id: people.hub.id, count: 5 })
    const fetched = await users.fetchLast()
    expect(fetched.users.map(({ id_str }) => id_str)).toEqual(newestFirst)
    const ids: Array<string> = []
    for await (const id of await v1.userFollowingIds({ count: 5 })) ids.push(id)
    expect(ids).toEqual(newestFirst)
  })

  test("reads the day's limits from a follow", async () => {
    const { v2 } = make(tokens)
    const followed = await v2.post<unknown>(
      "users/:id/following",
      { target_user_id: people.open.id },
      { params: { id: me.id }, fullResponse: true },
    )
    expect(followed.rateLimit).toMatchObject({
      limit: 50,
      remaining: 49,
      userDay: { limit: 400, remaining: 399 },
      day: { limit: 1000, remaining: 999 },
    })
  })

  test("has fifty follows in a quarter of an hour, whatever comes of them", async () => {
    const { v2 } = make(tokens)
    for (let index = 0; index < 50; index++) await v2.follow(me.id, people.open.id)
    await expect(v2.follow(me.id, people.open.id)).rejects.toMatchObject({
      code: 429,
      rateLimitError: true,
      rateLimit: { limit: 50, remaining: 0, userDay: { remaining: 350 }, day: { remaining: 950 } },
    })
    await sandbox.held.call("POST", "clock", { advanceSeconds: 900 })
    expect(await v2.follow(me.id, people.open.id)).toMatchObject({ data: { following: true } })
  })

  test("mutes, looks up and unmutes", async () => {
    const { v1, v2 } = make(tokens)
    expect(await v2.mute(me.id, people.open.id)).toEqual({ data: { muting: true } })
    const muted = await v2.userMutingUsers(me.id)
    expect(muted.users.map(({ id }) => id)).toEqual([people.open.id])
    const [connection] = await v1.friendships({ user_id: [people.open.id, people.hub.id] })
    expect(connection).toMatchObject({ id_str: people.open.id, connections: ["muting"] })
    expect(await v2.unmute(me.id, people.open.id)).toEqual({ data: { muting: false } })
  })

  test("names those whose retweets are off", async () => {
    const { v1 } = make(tokens)
    await v1.updateFriendship({ user_id: need(newestFirst[3]), retweets: false })
    expect(await v1.friendshipsNoRetweets()).toEqual([newestFirst[3]])
  })

  test("tells a bad signature from a bad token", async () => {
    const refused = (changes: Partial<typeof tokens>) =>
      make({ ...tokens, ...changes }).v1.verifyCredentials()
    await expect(refused({ accessSecret: "wrong" })).rejects.toMatchObject({
      code: 401,
      data: { errors: [{ code: 32 }] },
    })
    await expect(refused({ accessToken: `${me.id}-wrong` })).rejects.toMatchObject({
      code: 401,
      data: { errors: [{ code: 89 }] },
    })
  })
})
