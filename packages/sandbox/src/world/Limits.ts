/**
 * X's rate limits, as data: which windows a request to each endpoint counts in.
 *
 * The numbers are those of X's follow documentation (50 in 15 minutes, 400 and 1,000 follows and 500
 * unfollows in 24 hours, 15 for lists), completed from its rate-limit tables where that is silent.
 *
 * @since 0.1.0
 */
import type { Quota } from "@kith/core"
import type { EndpointLimits, World } from "./World.ts"

/** @category models @since 0.1.0 */
export type Limits = (typeof EndpointLimits)["Type"]

type Per = Quota.Limit["per"]

const quarter = (max: number, per: Per): Quota.Limit => ({ name: "15min", max, seconds: 900, per })
const day = (max: number, per: Per): Quota.Limit => ({
  name: per === "app" ? "24hour-app" : "24hour",
  max,
  seconds: 86_400,
  per,
})

/** Beside a limit of the user: no two limits of an endpoint have one name. */
const appQuarter = (max: number): Quota.Limit => ({ ...quarter(max, "app"), name: "15min-app" })

const users = (...user: ReadonlyArray<Quota.Limit>): Limits => ({ user })
const both = (user: number, app: number): Limits => ({
  user: [quarter(user, "userAndApp")],
  app: [quarter(app, "app")],
})
const perUser = (max: number): Limits => users(quarter(max, "userAndApp"))

const follow = users(quarter(50, "userAndApp"), day(400, "userAndApp"), day(1000, "app"))
const dms = users(
  quarter(10, "userAndApp"),
  appQuarter(25),
  day(400, "userAndApp"),
  day(1000, "app"),
)

/**
 * The limits of X by endpoint. An endpoint that is not here has none.
 *
 * @category schemas
 * @since 0.1.0
 */
export const x: Readonly<Record<string, Limits>> = {
  followUser: follow,
  unfollowUser: users(quarter(50, "userAndApp"), day(500, "app")),
  getUsersFollowers: both(15, 15),
  getUsersFollowing: both(15, 15),
  getUsersMe: perUser(75),
  getUsersById: both(900, 300),
  getUsersByIds: both(900, 300),
  getUsersByUsername: both(900, 300),
  getUsersByUsernames: both(900, 300),
  getUsersMuting: perUser(15),
  getUsersBlocking: perUser(15),
  muteUser: perUser(50),
  unmuteUser: perUser(50),
  blockUsersDms: dms,
  unblockUsersDms: dms,
  "friendships/create": follow,
  "friendships/destroy": perUser(15),
  "friendships/update": perUser(15),
  "friendships/show": both(180, 15),
  "friendships/lookup": perUser(15),
  "friendships/incoming": perUser(15),
  "friendships/outgoing": perUser(15),
  "friendships/no_retweets/ids": perUser(15),
  "followers/ids": both(15, 15),
  "followers/list": both(15, 15),
  "friends/ids": both(15, 15),
  "friends/list": both(15, 15),
  "users/show": both(900, 900),
  "users/lookup": both(900, 300),
  "account/verify_credentials": perUser(75),
  "application/rate_limit_status": both(180, 180),
}

/**
 * The limits that a world asks for.
 *
 * @category getters
 * @since 0.1.0
 */
export const of = (world: World): Readonly<Record<string, Limits>> =>
  world.limits === "none"
    ? {}
    : world.limits === undefined || world.limits === "x"
      ? x
      : world.limits
