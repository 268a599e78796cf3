/** Sound requests to v2. */
import type { Pairs } from "../signing.ts"
import { type Act, at, type Cast, empty, json, pair } from "./act.ts"
import type { Intent } from "./model.ts"

const read2 = (path: (cast: Cast) => string, query: Pairs = [], list?: true): Act => ({
  surface: "v2",
  auth: "any",
  draft: (cast) => ({ method: "GET", path: path(cast), query }),
  ...(list === undefined ? {} : { list }),
})

const relation2 = (name: "following" | "muting", on: Intent["do"], off: Intent["do"]) => ({
  [on]: {
    surface: "v2",
    auth: "user",
    draft: ({ actorId, targetId }) => ({
      method: "POST",
      path: `/2/users/${at(actorId)}/${name}`,
      ...empty,
      ...json({ target_user_id: targetId }),
    }),
    intent: ({ actorId, targetId }) =>
      on === "follow"
        ? { do: "follow", source: actorId, target: targetId }
        : { do: "mute", source: actorId, target: targetId },
  } satisfies Act,
  [off]: {
    surface: "v2",
    auth: "user",
    draft: ({ actorId, targetId }) => ({
      method: "DELETE",
      path: `/2/users/${at(actorId)}/${name}/${at(targetId)}`,
      ...empty,
    }),
    intent: pair(off === "unfollow" ? "unfollow" : "unmute"),
  } satisfies Act,
})

/** Here the path names the other one; and whose messages are blocked is blocked altogether. */
const dm = (what: "block" | "unblock"): Act => ({
  surface: "v2",
  auth: "user",
  draft: ({ targetId }) => ({
    method: "POST",
    path: `/2/users/${at(targetId)}/dm/${what}`,
    ...empty,
  }),
  intent: ({ actor, targetId }) => ({ do: what, source: actor.id, target: targetId }),
})

export const v2: Readonly<Record<string, Act>> = {
  ...relation2("following", "follow", "unfollow"),
  ...relation2("muting", "mute", "unmute"),
  followers: read2(
    ({ targetId }) => `/2/users/${at(targetId)}/followers`,
    [["max_results", "2"]],
    true,
  ),
  following: read2(({ targetId }) => `/2/users/${at(targetId)}/following`, [], true),
  byId: read2(({ targetId }) => `/2/users/${at(targetId)}`, [["user.fields", "connection_status"]]),
  byUsername: read2(({ targetName }) => `/2/users/by/username/${at(targetName)}`),
  byIds: {
    ...read2(() => ""),
    draft: ({ targetId }) => ({ method: "GET", path: "/2/users", query: [["ids", targetId]] }),
  },
  byUsernames: {
    ...read2(() => ""),
    draft: ({ targetName }) => ({
      method: "GET",
      path: "/2/users/by",
      query: [["usernames", targetName]],
    }),
  },
  me: { ...read2(() => "/2/users/me"), auth: "user" },
  muting: { ...read2(({ actorId }) => `/2/users/${at(actorId)}/muting`, [], true), auth: "user" },
  blocking: {
    ...read2(({ actorId }) => `/2/users/${at(actorId)}/blocking`, [], true),
    auth: "user",
  },
  dmBlock: dm("block"),
  dmUnblock: dm("unblock"),
  unknown2: read2(({ targetId }) => `/2/users/${at(targetId)}/no_such_thing`),
}
