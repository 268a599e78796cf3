/** What every client of v2 answers, and a driver for those that are told paths. */
import { Schema } from "effect"
import type { Page } from "./pages.ts"
import type { Driver } from "./client.ts"
import { me } from "./story-world.ts"
import type { Refusal, Seen } from "./story.ts"

/** An answer that holds nothing but errors, which most clients hand out as if nothing was wrong. */
export class OnlyErrors extends Error {
  override readonly name = "OnlyErrors"
  readonly refusal: Refusal
  constructor(errors: ReadonlyArray<{ readonly title: string; readonly detail?: string }>) {
    super("the answer holds only errors")
    const [first] = errors
    this.refusal = {
      ...(first === undefined ? {} : { title: first.title }),
      ...(first?.detail === undefined ? {} : { says: first.detail }),
    }
  }
}

const Problem = Schema.Struct({ title: Schema.String, detail: Schema.String })
const errors = Schema.optionalKey(Schema.Array(Problem))
const decodeErrors = Schema.decodeUnknownSync(Schema.Struct({ errors }))

/** The data of an answer; throws when it has none. */
export const dataOf = <A>(answer: { readonly data?: A | undefined }): A => {
  if (answer.data !== undefined) return answer.data
  throw new OnlyErrors(decodeErrors(answer).errors ?? [])
}

/** What `connection_status` says about the teller's side. */
export const seenIn = (status: ReadonlyArray<string> | undefined): Seen => ({
  following: status?.includes("following") ?? false,
  pending: status?.includes("follow_request_sent") ?? false,
})

const User = Schema.Struct({
  id: Schema.String,
  connection_status: Schema.optionalKey(Schema.Array(Schema.String)),
})

const decode = {
  user: Schema.decodeUnknownSync(Schema.Struct({ data: Schema.optionalKey(User), errors })),
  followed: Schema.decodeUnknownSync(
    Schema.Struct({
      data: Schema.optionalKey(
        Schema.Struct({ following: Schema.Boolean, pending_follow: Schema.Boolean }),
      ),
      errors,
    }),
  ),
  unfollowed: Schema.decodeUnknownSync(
    Schema.Struct({ data: Schema.Struct({ following: Schema.Boolean }) }),
  ),
  page: Schema.decodeUnknownSync(
    Schema.Struct({
      data: Schema.optionalKey(Schema.Array(User)),
      meta: Schema.optionalKey(
        Schema.Struct({
          result_count: Schema.Int,
          next_token: Schema.optionalKey(Schema.String),
          previous_token: Schema.optionalKey(Schema.String),
        }),
      ),
      errors,
    }),
  ),
}

/** What such a client does; it throws what `explain` reads. Without `send` it only reads. */
export interface Calls {
  readonly get: (path: string, query: Readonly<Record<string, string>>) => Promise<unknown>
  readonly send?: (method: "POST" | "DELETE", path: string, body?: object) => Promise<unknown>
  readonly explain: Driver["explain"]
}

/** The page of an answer. */
export const pageOf = (json: unknown): Page => {
  const { data, meta, errors } = decode.page(json)
  if (meta === undefined) throw new OnlyErrors(errors ?? [])
  return {
    ids: (data ?? []).map(({ id }) => id),
    next: meta.next_token,
    previous: meta.previous_token,
  }
}

export const v2Driver = ({ get, send, explain }: Calls): Driver => ({
  whoami: async () => dataOf(decode.user(await get("users/me", {}))).id,
  relationship: async ({ id }) => {
    const user = await get(`users/${id}`, { "user.fields": "connection_status" })
    return seenIn(dataOf(decode.user(user)).connection_status)
  },
  page: async (list, of, { size, at }) =>
    pageOf(
      await get(`users/${of.id}/${list}`, {
        max_results: String(size),
        ...(at === undefined ? {} : { pagination_token: at }),
      }),
    ),
  ...(send === undefined
    ? {}
    : {
        follow: async ({ id }) => {
          const body = { target_user_id: id }
          const answer = decode.followed(await send("POST", `users/${me.id}/following`, body))
          const { following, pending_follow } = dataOf(answer)
          return { following, pending: pending_follow }
        },
        unfollow: async ({ id }) => {
          const answer = await send("DELETE", `users/${me.id}/following/${id}`)
          return { following: decode.unfollowed(answer).data.following, pending: false }
        },
      }),
  explain: (thrown) => (thrown instanceof OnlyErrors ? thrown.refusal : explain(thrown)),
})
