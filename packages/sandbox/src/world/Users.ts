/**
 * The users of a running world, their blocks and mutes. It is the sandbox's {@link Directory}.
 *
 * @since 0.1.0
 */
import { type Directory, Facts, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import { key, type Keeper } from "../storage/Fact.ts"
import type { User, World } from "./World.ts"

/**
 * Ordered pairs of users; blocks and mutes are few beside follows. Each pair is numbered when it is
 * made, so that a list of them can be paged by where a page ended, whoever comes and goes meanwhile.
 *
 * @param changed is told of each pair that is made, with its number, and with none when it ends
 */
const pairs = (
  changed?: (source: UserId.UserId, target: UserId.UserId, number: number | undefined) => void,
) => {
  const bySource = new Map<string, Map<UserId.UserId, number>>()
  let last = 0
  const put = (source: string, target: UserId.UserId, number: number): void => {
    last = Math.max(last, number)
    const targets = bySource.get(source)
    if (targets === undefined) bySource.set(source, new Map([[target, number]]))
    else targets.set(target, number)
  }
  return {
    has: (source: string, target: UserId.UserId) => bySource.get(source)?.has(target) ?? false,
    add: (source: UserId.UserId, target: UserId.UserId) => {
      if (bySource.get(source)?.has(target) === true) return
      put(source, target, last + 1)
      changed?.(source, target, last)
    },
    remove: (source: UserId.UserId, target: UserId.UserId) => {
      if (bySource.get(source)?.delete(target) === true) changed?.(source, target, undefined)
    },
    /** Takes what is known already: a pair of this number or, without one, none. */
    restore: (source: string, target: UserId.UserId, number: number | undefined) => {
      bySource.get(source)?.delete(target)
      if (number !== undefined) put(source, target, number)
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
  /** Takes users as they are known already, who may have changed names among each other. */
  readonly restore: (users: ReadonlyArray<User>) => void
  readonly all: () => Iterable<User>
  readonly size: () => number
  /** How often users were set: what was made of users is good for as long as it stays the same. */
  readonly version: () => number
  /** `source` blocks `target`. */
  readonly blocks: Pairs
  readonly mutes: Pairs
  readonly directory: Directory.Directory["Service"]
}

/** The pairs of users between whom the world's file has a block. */
const pairsOf = (world: World, idOf: (username: string) => UserId.UserId | undefined) =>
  world.blocks.flatMap(({ source, target }) => {
    const [blocker, blocked] = [idOf(source), idOf(target)]
    return blocker === undefined || blocked === undefined ? [] : [[blocker, blocked] as const]
  })

/**
 * The users and blocks of a world's file.
 *
 * @param keeper is told of what changes
 * @category constructors
 * @since 0.1.0
 */
export const make = (world: World, keeper?: Keeper): Users => {
  const byId = new Map<string, User>()
  const byUsername = new Map<string, User>()
  const put = (user: User): void => {
    byId.set(user.id, user)
    byUsername.set(user.username.toLowerCase(), user)
  }
  const release = (id: string): void => {
    const before = byId.get(id)
    if (before !== undefined) byUsername.delete(before.username.toLowerCase())
  }
  for (const user of world.users) put(user)

  const given = pairsOf(world, (username) => byUsername.get(username.toLowerCase())?.id)
  const givenKeys = new Set(
    keeper === undefined ? [] : given.map(([source, target]) => key.block(source, target)),
  )
  const blocks = pairs(
    keeper &&
      ((source, target, number) => {
        const name = key.block(source, target)
        // Where nothing is known of a block, that of the file holds.
        if (number === undefined && !givenKeys.has(name)) keeper.forget(name)
        else keeper.keep({ _tag: "Block", source, target, number: number ?? 0 })
      }),
  )
  given.forEach(([source, target], index) => blocks.restore(source, target, index + 1))
  const mutes = pairs(
    keeper &&
      ((source, target, number) => {
        if (number === undefined) keeper.forget(key.mute(source, target))
        else keeper.keep({ _tag: "Mute", source, target, number })
      }),
  )
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
      const holder = byUsername.get(user.username.toLowerCase())
      if (holder !== undefined && holder.id !== user.id) return false
      release(user.id)
      put(user)
      version++
      keeper?.keep({ _tag: "User", user })
      return true
    },
    restore: (users) => {
      for (const { id } of users) release(id)
      for (const user of users) put(user)
      version++
    },
    all: () => byId.values(),
    size: () => byId.size,
    version: () => version,
    blocks,
    mutes,
    directory: {
      facts: (edges) => Effect.sync(() => edges.map((edge) => facts(edge.source, edge.target))),
    },
  }
}
