/** A driver for clients of v1.1 that are told paths and parameters rather than methods. */
import { Schema } from "effect"
import type { Page } from "./pages.ts"
import type { Driver } from "./client.ts"
import type { Seen } from "./story.ts"

export type Parameters = Readonly<Record<string, string | number | boolean>>

/** What such a client does; it throws what `explain` reads. */
export interface Calls {
  readonly get: (resource: string, parameters: Parameters) => Promise<unknown>
  readonly post: (resource: string, parameters: Parameters) => Promise<unknown>
  readonly explain: Driver["explain"]
}

const User = Schema.Struct({
  id_str: Schema.String,
  following: Schema.Boolean,
  follow_request_sent: Schema.Boolean,
})

const Shown = Schema.Struct({
  relationship: Schema.Struct({
    source: Schema.Struct({
      following: Schema.Boolean,
      following_requested: Schema.Boolean,
      want_retweets: Schema.Boolean,
      notifications_enabled: Schema.Boolean,
    }),
    target: Schema.Struct({ id_str: Schema.String, followed_by: Schema.Boolean }),
  }),
})

const IdPage = Schema.Struct({
  ids: Schema.Array(Schema.String),
  next_cursor_str: Schema.String,
  previous_cursor_str: Schema.String,
})

const decode = {
  user: Schema.decodeUnknownSync(User),
  shown: Schema.decodeUnknownSync(Shown),
  page: Schema.decodeUnknownSync(IdPage),
}

/** What a user object says about the teller's side. */
export const seenIn = (user: unknown): Seen => {
  const { following, follow_request_sent } = decode.user(user)
  return { following, pending: follow_request_sent }
}

/** A cursor that leads somewhere. */
export const cursor = (text: string): string | undefined => (text === "0" ? undefined : text)

const page = (json: unknown): Page => {
  const { ids, next_cursor_str, previous_cursor_str } = decode.page(json)
  return { ids, next: cursor(next_cursor_str), previous: cursor(previous_cursor_str) }
}

const source = (json: unknown) => decode.shown(json).relationship.source

/** A driver of the calls. */
export const v1Driver = ({ get, post, explain }: Calls): Required<Driver> => {
  const show = async (target_id: string) => source(await get("friendships/show", { target_id }))
  return {
    whoami: async () => decode.user(await get("account/verify_credentials", {})).id_str,
    follow: async ({ id }, notifications) =>
      seenIn(
        await post("friendships/create", {
          user_id: id,
          ...(notifications === undefined ? {} : { follow: notifications }),
        }),
      ),
    unfollow: async ({ username }) =>
      seenIn(await post("friendships/destroy", { screen_name: username })),
    tune: async ({ id }, { retweets, notifications }) => {
      const { want_retweets, notifications_enabled } = source(
        await post("friendships/update", {
          user_id: id,
          ...(notifications === undefined ? {} : { device: notifications }),
          ...(retweets === undefined ? {} : { retweets }),
        }),
      )
      return { retweets: want_retweets, notifications: notifications_enabled }
    },
    flags: async ({ id }) => {
      const { want_retweets, notifications_enabled } = await show(id)
      return { retweets: want_retweets, notifications: notifications_enabled }
    },
    relationship: async ({ id }) => {
      const { following, following_requested } = await show(id)
      return { following, pending: following_requested }
    },
    asked: async () => page(await get("friendships/outgoing", { stringify_ids: true })).ids,
    page: async (list, of, { size, at }) =>
      page(
        await get(list === "followers" ? "followers/ids" : "friends/ids", {
          user_id: of.id,
          count: size,
          stringify_ids: true,
          ...(at === undefined ? {} : { cursor: at }),
        }),
      ),
    explain,
  }
}
