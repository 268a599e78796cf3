/**
 * The world that the clients' stories are played in, as a world file, and the credentials that open
 * it. Every story begins with a fresh one.
 */

/** A user of the world. Some are known by what they are. */
export interface Person {
  readonly id: string
  readonly username: string
  readonly protected?: boolean
  readonly suspended?: boolean
}

/** Who tells the story. */
export const me: Person = { id: "63046977", username: "happycamper" }

export const people = {
  /** Anybody may follow; the id is above 2^53, where doubles cannot tell neighbours apart. */
  open: { id: "1354143047324299264", username: "openbook" },
  neighbour: { id: "9007199254740993", username: "neighbour" },
  /** Answers requests one by one. */
  guarded: { id: "2244994945", username: "quietbirch", protected: true },
  suspended: { id: "1203944556", username: "goneghost", suspended: true },
  /** Blocks the teller of the story. */
  blocker: { id: "3108351", username: "walledfox" },
  /** Has the most followers: the crowd. */
  hub: { id: "783214", username: "hub" },
} as const satisfies Readonly<Record<string, Person>>

/** Nobody has this id. */
export const nobody: Person = { id: "999999999999999999", username: "nobody_at_all" }

/** Those who follow and are followed by the dozen, oldest first. */
export const crowd: ReadonlyArray<Person> = Array.from({ length: 20 }, (_, index) => ({
  id: String(8_000_000_000_000_000_000n + BigInt(index)),
  username: `crowd_${index}`,
}))

/** A part of the crowd that follows the hub, and whom the teller follows, from the beginning. */
export const members = crowd.slice(0, 14)
/** The rest of the crowd. */
export const latecomers = crowd.slice(14)

export const callback = "http://127.0.0.1:3000/callback"

export const app = {
  name: "story app",
  consumerKey: "storyConsumerKey",
  consumerSecret: "storyConsumerSecret0123456789",
  bearerToken: "AAAAAAAAAAAAAAAAAAAAAstory%2BApp%2FOnly%3DBearer",
  clientId: "c3RvcnktY2xpZW50",
  clientSecret: "storyClientSecret_0123456789",
  callbackUrls: [callback],
  permissions: "read-write",
} as const

/** An app without a secret, such as a program on a phone. */
export const publicApp = {
  name: "pocket app",
  consumerKey: "pocketConsumerKey",
  consumerSecret: "pocketConsumerSecret0123456789",
  bearerToken: "AAAAAAAAAAAAAAAAAAAAApocket",
  clientId: "cG9ja2V0LWNsaWVudA",
  callbackUrls: [callback],
  permissions: "read",
} as const

/** What the clients of the story ask to be allowed. */
export const scopes = [
  "tweet.read",
  "users.read",
  "follows.read",
  "follows.write",
  "mute.read",
  "mute.write",
  "block.read",
  "offline.access",
] as const

/** What a client authenticates with. */
export type Credentials =
  | {
      readonly kind: "oauth1"
      readonly consumerKey: string
      readonly consumerSecret: string
      readonly token: string
      readonly secret: string
    }
  | { readonly kind: "oauth2"; readonly accessToken: string }
  | { readonly kind: "app"; readonly bearerToken: string }

const word = ({ username }: Person): string => username.replaceAll("_", "")

export const oauth1Of = (person: Person): Extract<Credentials, { kind: "oauth1" }> => ({
  kind: "oauth1",
  consumerKey: app.consumerKey,
  consumerSecret: app.consumerSecret,
  token: `${person.id}-${word(person)}AccessToken`,
  secret: `${word(person)}TokenSecret`,
})

export const oauth2Of = (person: Person): Extract<Credentials, { kind: "oauth2" }> => ({
  kind: "oauth2",
  accessToken: `${word(person)}OAuth2AccessToken0123456789`,
})

export const appOnly: Credentials = { kind: "app", bearerToken: app.bearerToken }

/** Credentials of the same kind that were never given out. */
export const forged = (kind: Credentials["kind"]): Credentials => {
  switch (kind) {
    case "oauth1":
      return { ...oauth1Of(me), token: `${me.id}-neverGivenOut` }
    case "oauth2":
      return { kind, accessToken: "neverGivenOut0123456789" }
    case "app":
      return { kind, bearerToken: "AAAAAAAAAAAAAAAAAAAAAneverGivenOut" }
  }
}

const everybody: ReadonlyArray<Person> = [me, ...Object.values(people), ...crowd]

/** The world file. */
export const world = (changes: { readonly limits?: unknown } = {}) => ({
  apps: [app, publicApp],
  users: everybody.map((person) => ({ ...person, name: person.username.toUpperCase() })),
  tokens: everybody.map((person) => {
    const { token, secret } = oauth1Of(person)
    const { accessToken } = oauth2Of(person)
    return {
      user: person.username,
      app: app.name,
      oauth1: { token, secret },
      oauth2: { accessToken, refreshToken: `${accessToken}Refresh`, scopes },
    }
  }),
  relationships: members.flatMap((member) => [
    { source: member.username, target: people.hub.username, state: "following" },
    { source: me.username, target: member.username, state: "following" },
  ]),
  blocks: [{ source: people.blocker.username, target: me.username }],
  ...changes,
})
