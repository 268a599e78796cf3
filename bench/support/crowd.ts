/** A world without limits, large enough that every request of a benchmark is the first of its kind. */
import { UserId } from "@kith/core"
import type { World } from "@kith/sandbox"

export const sources = 100
export const targets = 2_000

const id = (index: number): string => String(10n ** 18n + BigInt(index))

export const sourceId = (index: number): string => id(index)
export const targetId = (index: number): string => id(sources + index)
export const accessToken = (index: number): string => `access-${index}`
export const consumer = { key: "bench-consumer-key", secret: "bench-consumer-secret" }
export const oauth1 = (index: number) => ({
  token: `${sourceId(index)}-t`,
  secret: `secret-${index}`,
})
export const bearerToken = "bench-app-bearer"

/** The user whose followers are paged: everybody follows it. */
export const celebrity = targetId(0)

const usersOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: UserId.make(id(index)),
    username: `user${index}`,
    name: `User number ${index}`,
  }))

const users = usersOf(sources + targets)

export const crowd: World.World = {
  apps: [
    {
      name: "bench",
      consumerKey: consumer.key,
      consumerSecret: consumer.secret,
      bearerToken,
      clientId: "bench-client",
      callbackUrls: [],
      permissions: "read-write",
    },
  ],
  users,
  tokens: Array.from({ length: sources }, (_, index) => ({
    user: `user${index}`,
    app: "bench",
    oauth1: oauth1(index),
    oauth2: {
      accessToken: accessToken(index),
      scopes: ["tweet.read", "users.read", "follows.read", "follows.write"],
    },
  })),
  relationships: Array.from({ length: targets - 1 }, (_, index) => ({
    source: `user${sources + 1 + index}`,
    target: `user${sources}`,
    state: "following" as const,
  })),
  blocks: [],
  limits: "none",
}

/** How many follow the celebrity of the audience. */
export const listeners = 1_000_000

/** A world in which a million follow one: the first user, whom the app reads about. */
export const audience = (): World.World => ({
  ...crowd,
  users: usersOf(listeners + 1),
  tokens: [],
  relationships: Array.from({ length: listeners }, (_, index) => ({
    source: `user${index + 1}`,
    target: "user0",
    state: "following" as const,
  })),
})
