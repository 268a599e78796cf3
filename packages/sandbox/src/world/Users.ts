/**
 * The users of a running world, their blocks and mutes. It is the sandbox's {@link Directory}.
 *
 * @since 0.1.0
 */
import { type Directory, Facts, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import type { User } from "./World.ts"

/**
 * Ordered pairs of users; blocks and mutes are few beside follows. Each pair is numbered when it is
 * made, so that a list of them can be paged by where a page ended, whoever comes and goes meanwhile.
 */
const pairs = () => {
  const bySource = new Map<string, Map<UserId.UserId, number>>()
  let last = 0
  return {
    has: (source: string, target: UserId.UserId) => bySource.get(source)?.has(target) ?? false,
    add: (source: string, target: UserId.UserId) => {
      const targets = bySource.get(source)
      if (targets === undefined) bySource.set(source, new Map([[target, ++last]]))
      else if (!targets.has(target)) targets.set(target, ++last)
    },
    remove: (source: string, target: UserId.UserId) => {
      bySource.get(source)?.delete(target)
    },
    /** Newest first. */
    of: (source: string): ReadonlyArray<UserId.UserId> =>
      [...(bySource.get(source)?.keys() ?? [])].toReversed(),
    /** Newest first, with the numbers, which decrease. */
    numbered: (source: string): ReadonlyArray<readonly [UserId.UserId, number]> =>
      [...(bySource.get(source) ?? [])].toReversed(),
  }
}

/** @category models @since 0.1.0 */
export type Pairs = ReturnType<typeof pairs>

/**
 * Usernames are found whatever their case, as on X. Ids and usernames are unique: `set` answers
 * `false` and changes nothing when the username belongs to somebody else.
 *
 * @category models
 * @since 0.1.0
 */
export interface Users {
  readonly byId: (id: string) => User | undefined
  readonly byUsername: (username: string) => User | undefined
  readonly set: (user: User) => boolean
  readonly all: () => Iterable<User>
  readonly size: () => number
  /** How often users were set: what was made of users is good for as long as it stays the same. */
  readonly version: () => number
  /** `source` blocks `target`. */
  readonly blocks: Pairs
  readonly mutes: Pairs
  readonly directory: Directory.Directory["Service"]
}

/** @category constructors @since 0.1.0 */
export const make = (): Users => {
  const byId = new Map<string, User>()
  const byUsername = new Map<string, User>()
  const blocks = pairs()
  let version = 0
  const facts = (source: UserId.UserId, target: UserId.UserId): Facts.Facts => {
    const user = byId.get(target)
    if (user === undefined) return Facts.missing
    if (user.suspended === true) return Facts.suspended
    const blockedByTarget = blocks.has(target, source)
    const blocksTarget = blocks.has(source, target)
    const clear = user.protected === true ? Facts.guarded : Facts.open
    return blockedByTarget || blocksTarget ? { ...clear, blockedByTarget, blocksTarget } : clear
  }
  return {
    byId: (id) => byId.get(id),
    byUsername: (username) => byUsername.get(username.toLowerCase()),
    set: (user) => {
      const key = user.username.toLowerCase()
      const holder = byUsername.get(key)
      if (holder !== undefined && holder.id !== user.id) return false
      const before = byId.get(user.id)
      if (before !== undefined) byUsername.delete(before.username.toLowerCase())
      byId.set(user.id, user)
      byUsername.set(key, user)
      version++
      return true
    },
    all: () => byId.values(),
    size: () => byId.size,
    version: () => version,
    blocks,
    mutes: pairs(),
    directory: {
      facts: (edges) => Effect.sync(() => edges.map((edge) => facts(edge.source, edge.target))),
    },
  }
}
