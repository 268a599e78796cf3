/**
 * Users as v2 shows them.
 *
 * A user's JSON is made once for each selection of fields and kept with it until a user changes; what
 * depends on the caller or on relationships is appended.
 *
 * @since 0.1.0
 */
import type { Edge, Relationship, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { LiveWorld } from "../LiveWorld.ts"
import type { Users } from "../world/Users.ts"
import type { User } from "../world/World.ts"
import * as Entities from "./Entities.ts"
import { liveFields, type Selection, type Texts } from "./Fields.ts"

const profileImage =
  "https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png"

/** X's form of a time, `2013-12-14T04:35:55.000Z`; what is no time stays as it is. */
const timestamp = (text: string): string => {
  const time = Date.parse(text)
  return Number.isNaN(time) ? text : new Date(time).toISOString()
}

const entities = (user: User): object | undefined => {
  const url = user.url === undefined ? undefined : { urls: [Entities.profileUrl(user.url)] }
  const description = user.description === undefined ? undefined : Entities.find(user.description)
  return url === undefined && description === undefined ? undefined : { url, description }
}

const text = (value: string | undefined): string | undefined => (value === "" ? undefined : value)

/** The fields of a user that depend on nothing else. `undefined` ones are left out. */
const values = (
  user: User,
  { names }: Selection,
): Readonly<Record<string, string | boolean | object | undefined>> => ({
  created_at: user.createdAt === undefined ? undefined : timestamp(user.createdAt),
  description: text(user.description),
  entities: entities(user),
  is_identity_verified: false,
  location: text(user.location),
  [names.mostRecent]: user.pinnedPost?.id,
  parody: false,
  [names.pinned]: user.pinnedPost?.id,
  profile_image_url: profileImage,
  protected: user.protected ?? false,
  subscription_type: "None",
  url: text(user.url),
  verified: user.verified ?? false,
  verified_type: user.verified === true ? "blue" : "none",
})

/** A field under the name that the generation gives it. */
const named = (field: string, { names }: Selection): string => {
  if (field.startsWith("pinned_")) return names.pinned
  return field.startsWith("most_recent_") ? names.mostRecent : field
}

const make = (user: User, selection: Selection): string => {
  const { id, username, name } = user
  const all = values(user, selection)
  const wanted = [...selection.user].map((field) => named(field, selection)).toSorted()
  const chosen = wanted.flatMap((field) => (all[field] === undefined ? [] : [[field, all[field]]]))
  return JSON.stringify({ id, username, name, ...Object.fromEntries(chosen) })
}

/** The JSON that there is already, of users without what is live. */
const known = (users: Users, selection: Selection): Texts => {
  const version = users.version()
  const texts = selection.texts.get(users)
  if (texts?.version === version) return texts
  const none: Texts = { version, byId: new Map(), isAscii: true }
  selection.texts.set(users, none)
  return none
}

const add = (texts: Texts, id: string, user: User, selection: Selection): string => {
  const text = `,${make(user, selection)}`
  texts.byId.set(id, text)
  texts.isAscii &&= Buffer.byteLength(text) === text.length
  return text
}

/** The JSON of users without what is live, in the order given. */
const settled = (
  world: LiveWorld,
  users: ReadonlyArray<User>,
  selection: Selection,
): ReadonlyArray<string> => {
  const texts = known(world.users, selection)
  return users.map((user) =>
    (texts.byId.get(user.id) ?? add(texts, user.id, user, selection)).slice(1),
  )
}

/** @category models @since 0.1.0 */
export interface List {
  readonly json: string
  readonly isAscii: boolean
}

/**
 * The users of a list by its rows, as JSON, which is the fast way for pages; `undefined` when it takes
 * more than the ids, because somebody is not to be shown, or because the fields depend on more than
 * the user.
 *
 * @category operations
 * @since 0.1.0
 */
export const list = (
  world: LiveWorld,
  rows: ReadonlyArray<{ readonly user: string }>,
  selection: Selection,
): List | undefined => {
  if (selection.live || selection.post !== undefined) return undefined
  const texts = known(world.users, selection)
  let json = ""
  for (const { user: id } of rows) {
    let text = texts.byId.get(id)
    if (text === undefined) {
      const user = world.users.byId(id)
      if (user === undefined || user.suspended === true) return undefined
      text = add(texts, id, user, selection)
    }
    json += json === "" ? text.slice(1) : text
  }
  return { json, isAscii: texts.isAscii }
}

type Snapshots = ReadonlyArray<{ readonly relationship: Relationship.Relationship }>

/** What the caller and a user are to each other: the two directions, and blocks and mutes. */
const connection = (
  world: LiveWorld,
  caller: User,
  user: User,
  [out, back]: readonly [Relationship.Relationship["_tag"], Relationship.Relationship["_tag"]],
): object => {
  const { blocks, mutes } = world.users
  const status = [
    blocks.has(caller.id, user.id) ? "blocking" : "",
    back === "Pending" ? "follow_request_received" : "",
    out === "Pending" ? "follow_request_sent" : "",
    back === "Following" ? "followed_by" : "",
    out === "Following" ? "following" : "",
    mutes.has(caller.id, user.id) ? "muting" : "",
  ]
  return status.filter((word) => word !== "")
}

const withLive = Effect.fnUntraced(function* (
  world: LiveWorld,
  caller: User | undefined,
  users: ReadonlyArray<User>,
  selection: Selection,
) {
  const reads = yield* world.reads
  const wants = (field: keyof typeof liveFields) => selection.user.has(liveFields[field])
  const about = caller !== undefined && (wants("connection") || wants("dms"))
  const edges = about
    ? users.flatMap(({ id }): ReadonlyArray<Edge.Edge> =>
        id === caller.id
          ? []
          : [
              { source: caller.id, target: id },
              { source: id, target: caller.id },
            ],
      )
    : []
  const snapshots: Snapshots = edges.length === 0 ? [] : yield* reads.relationships(edges)
  const bases = settled(world, users, selection)
  const texts: Array<string> = []
  let next = 0
  for (const [index, user] of users.entries()) {
    const live: Record<string, unknown> = {}
    if (wants("metrics")) {
      const counts = yield* reads.counts(user.id)
      live["public_metrics"] = {
        followers_count: counts.followers,
        following_count: counts.following,
        [selection.names.postCount]: user.pinnedPost === undefined ? 0 : 1,
        listed_count: 0,
      }
    }
    if (caller !== undefined) {
      const other = about && user.id !== caller.id
      const out = other ? (snapshots[next++]?.relationship._tag ?? "None") : "None"
      const back = other ? (snapshots[next++]?.relationship._tag ?? "None") : "None"
      if (wants("connection")) {
        live["connection_status"] = connection(world, caller, user, [out, back])
      }
      if (wants("dms")) {
        // One may write to one's followers.
        const { blocks } = world.users
        live["receives_your_dm"] =
          back === "Following" && !blocks.has(caller.id, user.id) && !blocks.has(user.id, caller.id)
      }
      if (wants("subscribes")) live["subscribes_to_you"] = false
      if (wants("subscription")) live["subscription"] = { subscribes_to_you: false }
    }
    const more = JSON.stringify(live)
    const base = bases[index] ?? ""
    texts.push(more === "{}" ? base : `${base.slice(0, -1)},${more.slice(1)}`)
  }
  return texts
})

/**
 * The JSON of users, in the order given. What says how the caller and a user stand to each other is
 * left out when an app asks on its own.
 *
 * @category operations
 * @since 0.1.0
 */
export const texts = (
  world: LiveWorld,
  caller: User | undefined,
  users: ReadonlyArray<User>,
  selection: Selection,
): Effect.Effect<ReadonlyArray<string>, StoreError.StoreError> =>
  selection.live
    ? withLive(world, caller, users, selection)
    : Effect.sync(() => settled(world, users, selection))

/**
 * The posts that users refer to, as the JSON of `includes`; `undefined` when there are none or they
 * were not asked for.
 *
 * @category operations
 * @since 0.1.0
 */
export const includes = (
  users: ReadonlyArray<User>,
  { names, post }: Selection,
): string | undefined => {
  if (post === undefined) return undefined
  const posts = new Map<string, object>()
  // Clients that know the old names take it for one of the members that every post has.
  const edits = names.posts === "tweets" || post.has("edit_history_tweet_ids")
  for (const { id: author, createdAt, pinnedPost } of users) {
    if (pinnedPost === undefined) continue
    const { id, text } = pinnedPost
    posts.set(id, {
      id,
      text,
      ...(post.has("author_id") ? { author_id: author } : {}),
      // As in v1.1, a post is as old as the account.
      ...(post.has("created_at") && createdAt !== undefined
        ? { created_at: timestamp(createdAt) }
        : {}),
      ...(edits ? { edit_history_tweet_ids: [id] } : {}),
    })
  }
  return posts.size === 0 ? undefined : JSON.stringify({ [names.posts]: [...posts.values()] })
}
