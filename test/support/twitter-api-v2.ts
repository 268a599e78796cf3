/** twitter-api-v2 as the story knows it: on v1.1 and on v2, led to the sandbox in each of its ways. */
import { Agent } from "node:http"
import {
  ApiResponseError,
  type IClientSettings,
  TwitterApi,
  type TwitterApiOAuth2Init,
  type TwitterApiTokens,
} from "twitter-api-v2"
import { expect } from "vitest"
import type { Client, Driver } from "./client.ts"
import { SandboxAgent } from "./redirect.ts"
import { type Credentials, me } from "./story-world.ts"
import * as V1 from "./v1-driver.ts"
import * as V2 from "./v2-driver.ts"

type Token = string | TwitterApiTokens | TwitterApiOAuth2Init

/** A way to lead the client to the sandbox. */
export interface Way {
  readonly name: string
  readonly make: (url: string, token: Token) => TwitterApi
}

const build = (token: Token, settings: Partial<IClientSettings>): TwitterApi => {
  if (typeof token === "string") return new TwitterApi(token, settings)
  return "clientId" in token ? new TwitterApi(token, settings) : new TwitterApi(token, settings)
}

/** Nothing of the client changes but the socket beneath it. */
export const byAgent: Way = {
  name: "an agent that opens plain sockets",
  make: (url, token) => build(token, { httpAgent: new SandboxAgent(url) }),
}

/** It signs X's URLs and sends to the sandbox's. */
export const byPlugin: Way = {
  name: "a plugin that edits the URL",
  make: (url, token) => {
    const { hostname, port } = new URL(url)
    return build(token, {
      // The client's type asks for an agent of node:https, of which it needs no more than this.
      httpAgent: new Agent({ keepAlive: true }),
      plugins: [
        {
          onBeforeRequest: ({ computedParams }) => {
            Object.assign(computedParams.url, { protocol: "http:", hostname, port })
          },
        },
      ],
    })
  },
}

/** It signs the sandbox's own URLs. */
export const byPrefix: Way = {
  name: "prefixes of its own",
  make: (url, token) => {
    const client = build(token, { httpAgent: new Agent({ keepAlive: true }) })
    Object.assign(client.v1, { _prefix: `${url}/1.1/` })
    Object.assign(client.v2, { _prefix: `${url}/2/` })
    return client
  },
}

export const ways: ReadonlyArray<Way> = [byAgent, byPlugin, byPrefix]

const tokenOf = (credentials: Credentials): Token => {
  switch (credentials.kind) {
    case "oauth1":
      return {
        appKey: credentials.consumerKey,
        appSecret: credentials.consumerSecret,
        accessToken: credentials.token,
        accessSecret: credentials.secret,
      }
    case "oauth2":
      return credentials.accessToken
    case "app":
      return credentials.bearerToken
  }
}

const explain: Driver["explain"] = (thrown) => {
  if (thrown instanceof V2.OnlyErrors) return thrown.refusal
  if (!(thrown instanceof ApiResponseError)) throw thrown
  const { code: status, data, errors } = thrown
  const [first] = errors ?? []
  const says =
    (first !== undefined && "message" in first ? first.message : undefined) ??
    data.error ??
    data.detail
  return {
    status,
    ...(first !== undefined && "code" in first ? { code: first.code } : {}),
    ...(data.title === undefined ? {} : { title: data.title }),
    ...(says === undefined ? {} : { says }),
    standing: thrown.rateLimit,
  }
}

/** The teller's relationship to somebody, as v1.1 shows it. */
const source = async ({ v1 }: TwitterApi, target_id: string) =>
  (await v1.friendship({ source_id: me.id, target_id })).relationship.source

/** The driver of a client of v1.1. */
export const v1DriverOf = (client: TwitterApi): Driver => {
  const { v1 } = client
  return {
    whoami: async () => (await v1.verifyCredentials()).id_str,
    follow: async ({ id }, notifications) =>
      V1.seenIn(
        await v1.createFriendship({
          user_id: id,
          ...(notifications === undefined ? {} : { follow: notifications }),
        }),
      ),
    unfollow: async ({ username }) =>
      V1.seenIn(await v1.destroyFriendship({ screen_name: username })),
    tune: async ({ id }, { retweets, notifications }) => {
      const { relationship } = await v1.updateFriendship({
        user_id: id,
        ...(notifications === undefined ? {} : { device: notifications }),
        ...(retweets === undefined ? {} : { retweets }),
      })
      const { want_retweets, notifications_enabled } = relationship.source
      return { retweets: want_retweets === true, notifications: notifications_enabled === true }
    },
    flags: async ({ id }) => {
      const { want_retweets, notifications_enabled } = await source(client, id)
      return { retweets: want_retweets === true, notifications: notifications_enabled === true }
    },
    relationship: async ({ id }) => {
      const { following, following_requested } = await source(client, id)
      return { following, pending: following_requested === true }
    },
    asked: async () => (await v1.friendshipsOutgoing()).ids,
    page: async (list, of, { size, at }) => {
      const options = { user_id: of.id, count: size, ...(at === undefined ? {} : { cursor: at }) }
      const { data } =
        list === "followers"
          ? await v1.userFollowerIds(options)
          : await v1.userFollowingIds(options)
      return {
        ids: data.ids,
        next: V1.cursor(data.next_cursor_str ?? ""),
        previous: V1.cursor(data.previous_cursor_str ?? ""),
      }
    },
    explain,
  }
}

/** The driver of a client of v2. */
export const v2DriverOf = ({ v2 }: TwitterApi): Driver => ({
  whoami: async () => V2.dataOf(await v2.me()).id,
  follow: async ({ id }) => {
    const followed = V2.dataOf(await v2.follow(me.id, id))
    return { following: followed.following, pending: followed.pending_follow }
  },
  unfollow: async ({ id }) => ({
    following: V2.dataOf(await v2.unfollow(me.id, id)).following,
    pending: false,
  }),
  relationship: async ({ id }) => {
    const user = V2.dataOf(await v2.user(id, { "user.fields": "connection_status" }))
    return V2.seenIn(user.connection_status)
  },
  page: async (list, of, { size, at }) => {
    const options = {
      max_results: size,
      ...(at === undefined ? {} : { pagination_token: at }),
    }
    return V2.pageOf(await v2[list](of.id, options))
  },
  explain,
})

/** The client, led to the sandbox in a way, on a surface. */
export const clientBy = (way: Way, surface: Client["surface"]): Client => ({
  name: `twitter-api-v2 on ${surface}, led by ${way.name}`,
  surface,
  kinds: surface === "v2" ? ["oauth1", "oauth2", "app"] : ["oauth1", "app"],
  reads: ["status", "code", "title", "says"],
  refusesApps: "server",
  connect: (url, credentials) => {
    const client = way.make(url, tokenOf(credentials))
    return surface === "v2" ? v2DriverOf(client) : v1DriverOf(client)
  },
})

/** The part of a client's answer that a test cannot do without. */
export const need = <A>(value: A | undefined | null): A => value ?? expect.fail("nothing there")
