/** The world that generated requests are sent to, and everything in it that must stay secret. */

/** A user, by a number: what is generated is small and easy to read when it shrinks. */
export interface Person {
  readonly id: string
  readonly username: string
  readonly protected?: boolean
  readonly suspended?: boolean
}

/** Those who act, first: two public ones, two that approve followers, one that is suspended. */
export const people: ReadonlyArray<Person> = [
  { id: "63046977", username: "alpha" },
  // 2^53 + 1: a client or server that uses doubles takes it for its neighbour.
  { id: "9007199254740993", username: "beta" },
  { id: "2244994945", username: "gamma", protected: true },
  // 2^63 - 1, the largest id there can be.
  { id: "9223372036854775807", username: "delta_", protected: true },
  { id: "1203944556", username: "ghost", suspended: true },
  // Blocks alpha.
  { id: "3108351", username: "wall" },
  { id: "783214", username: "hub" },
]

export const actors = 5
const [alpha, beta, gamma, delta, , wall, hub] = people

export const main = {
  name: "main",
  consumerKey: "mainConsumerKey",
  consumerSecret: "Secret-main-consumer",
  bearerToken: "AAAA%2FSecret-main-bearer%3D",
  clientId: "bWFpbi1jbGllbnQ",
  clientSecret: "Secret-main-client",
  callbackUrls: ["http://127.0.0.1:3000/callback"],
  permissions: "read-write",
} as const

/** May only read. */
export const reader = {
  name: "reader",
  consumerKey: "readerConsumerKey",
  consumerSecret: "Secret-reader-consumer",
  bearerToken: "AAAASecret-reader-bearer",
  clientId: "cmVhZGVyLWNsaWVudA",
  callbackUrls: ["http://127.0.0.1:3000/callback"],
  permissions: "read",
} as const

export const signerOf = (app: { readonly name: string }, { id, username }: Person) => ({
  token: `${id}-Secret-${app.name}-${username}`,
  secret: `Secret-${app.name}-${username}-signing`,
})

export const bearerOf = (app: { readonly name: string }, { username }: Person): string =>
  `Secret-${app.name}-${username}-access`

export const scopes = [
  "tweet.read",
  "users.read",
  "follows.read",
  "follows.write",
  "mute.read",
  "mute.write",
  "block.read",
  "dm.write",
  "offline.access",
]

/** Enough to read users with, and no more. */
const narrow = ["tweet.read", "users.read"]

const tokens = people.slice(0, actors).flatMap((person) =>
  [main, reader].map((app) => ({
    user: person.username,
    app: app.name,
    oauth1: signerOf(app, person),
    oauth2: {
      accessToken: bearerOf(app, person),
      refreshToken: `${bearerOf(app, person)}-refresh`,
      scopes: app === main ? scopes : narrow,
    },
  })),
)

export const seeded = [alpha, beta, gamma, delta].flatMap((source) =>
  source === undefined || hub === undefined ? [] : [{ source, target: hub }],
)

export const world = {
  apps: [main, reader],
  users: people.map((person) => ({ ...person, name: person.username.toUpperCase() })),
  tokens,
  relationships: seeded.map(({ source, target }) => ({
    source: source.username,
    target: target.username,
    state: "following",
    retweets: true,
    notifications: false,
  })),
  blocks: [{ source: wall?.username, target: alpha?.username }],
  limits: "none",
}

/**
 * Stand for tokens of the second page of somebody's followers, which every run has others of: on v2
 * and on v1.1.
 */
export const places = {
  owner: { id: "783214", username: "hub" },
  page: "@page",
  cursor: "@cursor",
} as const

/** No reply but the world's export may hold one of these. */
export const secrets: ReadonlyArray<string> = [
  ...[main, reader].flatMap((app) => [app.consumerSecret, app.bearerToken]),
  main.clientSecret,
  ...tokens.flatMap(({ oauth1, oauth2 }) => [
    oauth1.token,
    oauth1.secret,
    oauth2.accessToken,
    oauth2.refreshToken,
  ]),
]
