/** Sound requests to v1.1. */
import type { Pairs } from "../signing.ts"
import type { Act, Cast } from "./act.ts"
import type { Intent } from "./model.ts"

/** How clients say yes and no. */
const spellings: ReadonlyArray<readonly [yes: string, no: string]> = [
  ["true", "false"],
  ["True", "False"],
  ["1", "0"],
  ["t", "f"],
]

const who = ({ named, targetId, targetName }: Cast): Pairs =>
  named ? [["screen_name", targetName]] : [["user_id", targetId]]

const flag = (name: string, value: boolean | undefined, { spelling }: Cast): Pairs => {
  const [yes, no] = spellings[spelling % spellings.length] ?? ["true", "false"]
  return value === undefined ? [] : [[name, value ? yes : no]]
}

const write1 = (
  name: string,
  parameters: (cast: Cast) => Pairs,
  intent: (cast: Cast) => Intent,
): Act => ({
  surface: "v1.1",
  auth: "user1",
  intent,
  draft: (cast) => ({
    method: "POST",
    path: `/1.1/friendships/${name}.json`,
    query: cast.place === "query" ? parameters(cast) : [],
    form: cast.place === "form" ? parameters(cast) : undefined,
  }),
})

const read1 = (
  name: string,
  auth: "user1" | "any1",
  query: (cast: Cast) => Pairs = () => [],
  list?: true,
): Act => ({
  surface: "v1.1",
  auth,
  draft: (cast) => ({ method: "GET", path: `/1.1/${name}.json`, query: query(cast) }),
  ...(list === undefined ? {} : { list }),
})

export const v1: Readonly<Record<string, Act>> = {
  create: write1(
    "create",
    (cast) => [...who(cast), ...flag("follow", cast.notifications, cast)],
    ({ actor, targetId, notifications }) => ({
      do: "follow",
      source: actor.id,
      target: targetId,
      notifications,
    }),
  ),
  destroy: write1("destroy", who, ({ actor, targetId }) => ({
    do: "unfollow",
    source: actor.id,
    target: targetId,
  })),
  update: write1(
    "update",
    (cast) => [
      ...who(cast),
      ...flag("device", cast.notifications, cast),
      ...flag("retweets", cast.retweets, cast),
    ],
    ({ actor, targetId, notifications, retweets }) => ({
      do: "tune",
      source: actor.id,
      target: targetId,
      notifications,
      retweets,
    }),
  ),
  show: read1("friendships/show", "any1", ({ actor, targetId }) => [
    ["source_id", actor.id],
    ["target_id", targetId],
  ]),
  lookup: read1("friendships/lookup", "user1", who),
  incoming: read1("friendships/incoming", "user1", () => [], true),
  outgoing: read1("friendships/outgoing", "user1", () => [["stringify_ids", "true"]], true),
  noRetweets: read1("friendships/no_retweets/ids", "user1"),
  followersIds: read1("followers/ids", "any1", (cast) => [...who(cast), ["count", "2"]], true),
  followersList: read1("followers/list", "any1", who, true),
  friendsIds: read1("friends/ids", "any1", who, true),
  friendsList: read1("friends/list", "any1", who, true),
  usersShow: read1("users/show", "any1", who),
  usersLookup: read1("users/lookup", "any1", who),
  verify: read1("account/verify_credentials", "user1"),
  rateLimits: read1("application/rate_limit_status", "any1"),
  unknown1: read1("friendships/no_such_thing", "any1"),
}
