/**
 * X's rate limits, as data: which windows a request to each endpoint counts in.
 *
 * X tells the numbers in headers, and the ledger takes those over; a preset is what holds before the
 * first answer, and for the windows that no header shows. Pass data of your own where your plan has
 * other numbers.
 *
 * @since 0.1.0
 */
import { Options, type Quota } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Name } from "../Endpoint.ts"

/**
 * The limits on one endpoint: on requests of users, and on requests of an app on its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface EndpointLimits {
  readonly user?: ReadonlyArray<Quota.Limit> | undefined
  readonly app?: ReadonlyArray<Quota.Limit> | undefined
}

/**
 * Limits by endpoint. One that is left out has none until X's headers tell.
 *
 * @category models
 * @since 0.1.0
 */
export type Limits = { readonly [name in Name]?: EndpointLimits | undefined }

const ranges: Options.Ranges<Quota.Limit> = {
  max: Options.whole(0),
  seconds: Options.whole(1),
  per: Options.oneOf("userAndApp", "app", "user"),
}

/**
 * A limit that cannot be meant is a defect.
 *
 * @category operations
 * @since 0.1.0
 */
export const check = (limits: Limits = {}): Effect.Effect<void> =>
  Effect.forEach(
    Object.entries(limits),
    ([name, { app = [], user = [] } = {}]) =>
      Effect.forEach(
        [...user, ...app],
        (limit) => Options.check(limit, ranges, `limits.${name}.`),
        { discard: true },
      ),
    { discard: true },
  )

type Per = Quota.Limit["per"]

/** The names are those that `RateHeaders` gives the windows that X announces. */
const quarter = (max: number, per: Per): Quota.Limit => ({ name: "15min", max, seconds: 900, per })
const day = (max: number): Quota.Limit => ({
  name: "24hour",
  max,
  seconds: 86_400,
  per: "userAndApp",
})
const appDay = (max: number): Quota.Limit => ({
  name: "24hour-app",
  max,
  seconds: 86_400,
  per: "app",
})

const users = (...user: ReadonlyArray<Quota.Limit>): EndpointLimits => ({ user })
const perUser = (max: number): EndpointLimits => users(quarter(max, "userAndApp"))
const both = (user: number, app: number): EndpointLimits => ({
  user: [quarter(user, "userAndApp")],
  app: [quarter(app, "app")],
})

const follow = users(quarter(50, "userAndApp"), day(400), appDay(1000))

/**
 * The numbers of X's follow documentation: 50 in 15 minutes, 400 follows in 24 hours for a user and
 * 1,000 for an app, 500 unfollows for an app, 15 for lists; where it is silent, those of X's earlier
 * tables. They are the strictest that are known of a plan with follows.
 *
 * @category constructors
 * @since 0.1.0
 */
export const seeds: Limits = {
  followUser: follow,
  unfollowUser: users(quarter(50, "userAndApp"), appDay(500)),
  getUsersFollowers: both(15, 15),
  getUsersFollowing: both(15, 15),
  getUsersMe: perUser(75),
  getUsersByIds: both(900, 300),
  getUsersByUsernames: both(900, 300),
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
  "users/lookup": both(900, 300),
  "account/verify_credentials": perUser(75),
}

/**
 * What X's documentation prints in 2026, and the numbers of {@link seeds} where it prints none: the
 * daily windows of following and unfollowing, and all of v1.1.
 *
 * @category constructors
 * @since 0.1.0
 */
export const x2026: Limits = {
  ...seeds,
  getUsersFollowers: both(300, 300),
  getUsersFollowing: both(300, 300),
}
