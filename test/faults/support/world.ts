/** The world in which faults happen: who there is, and the credentials that they signed in with. */
import { type Edge, UserId } from "@kith/core"
import type { World } from "@kith/sandbox"

interface Person {
  readonly id: UserId.UserId
  readonly username: string
  readonly protected?: boolean
}

const person = (id: string, username: string, rest: { protected?: boolean } = {}): Person => ({
  id: UserId.make(id),
  username,
  ...rest,
})

/** Those who act; ids are above 2^53, where doubles cannot tell neighbours apart. */
export const ada = person("9007199254740993", "ada")
export const cyd = person("9007199254740995", "cyd")
/** Those who are followed. Eve answers requests one by one. */
export const bea = person("11", "bea")
export const dan = person("12", "dan")
export const eve = person("1354143047324299264", "eve", { protected: true })

export const sources: ReadonlyArray<Person> = [ada, cyd]
export const targets: ReadonlyArray<Person> = [bea, dan, eve]

export const edges: ReadonlyArray<Edge.Edge> = sources.flatMap((source) =>
  targets.map((target) => ({ source: source.id, target: target.id })),
)

export const app: World.App = {
  name: "faults app",
  consumerKey: "faultsConsumerKey",
  consumerSecret: "faultsConsumerSecret0123456789",
  bearerToken: "AAAAAAAAAAAAAAAAAAAAAfaults",
  clientId: "ZmF1bHRzLWNsaWVudA",
  callbackUrls: ["http://127.0.0.1:3000/callback"],
  permissions: "read-write",
}

export const scopes: ReadonlyArray<string> = [
  "tweet.read",
  "users.read",
  "follows.read",
  "follows.write",
  "offline.access",
]

export const oauth1Of = ({ id, username }: Person) => ({
  token: `${id}-${username}AccessToken`,
  secret: `${username}TokenSecret`,
})

/** The first tokens of somebody's grant; refreshing gives others. */
export const oauth2Of = ({ username }: Person) => ({
  accessToken: `${username}OAuth2AccessToken0123456789`,
  refreshToken: `${username}OAuth2RefreshToken0123456789`,
})

/** Nobody follows anybody. Windows are X's own. */
export const world: World.World = {
  apps: [app],
  users: [...sources, ...targets].map((it) => ({ ...it, name: it.username.toUpperCase() })),
  tokens: sources.map((it) => ({
    user: it.username,
    app: app.name,
    oauth1: oauth1Of(it),
    oauth2: { ...oauth2Of(it), scopes },
  })),
  relationships: [],
  blocks: [],
}
