/**
 * What X says to a person, where no code and no type tells.
 *
 * v2 now and then answers in v1.1's words, and how it refuses a follow of oneself, of somebody
 * suspended or of somebody who blocks, nobody has recorded. So the words count wherever they stand.
 * They come in lower case, with plain apostrophes.
 *
 * @since 0.1.0
 */
import type { Reason } from "./Refusal.ts"

/** The account that acts before the one it follows: both can be suspended, in similar words. */
const patterns: ReadonlyArray<readonly [RegExp, Reason]> = [
  [/your account is suspended/, "AccountSuspended"],
  [/account is temporarily locked/, "AccountLocked"],
  [/(?:application|client app|app) (?:is|has been) suspended/, "AppSuspended"],
  [/can(?:'|no)t follow yourself/, "CannotFollowSelf"],
  [/already requested to follow/, "AlreadyRequested"],
  [/unable to follow more people/, "AccountLimit"],
  [/you have been blocked from (?:following|viewing)/, "BlockedByTarget"],
  [/you are blocking this account/, "BlockingTarget"],
  [/you are not following this/, "NotFollowing"],
  [/user (?:you want to follow )?(?:is|has been) suspended/, "TargetSuspended"],
  [/(?:cannot find specified user|could not find user|^user not found)/, "TargetNotFound"],
  [/request looks (?:like it might be )?automated/, "Automated"],
  [/timestamp out of bounds/, "ClockSkewed"],
  [/^could not authenticate you/, "Unauthenticated"],
  [/must be the same as the authenticating user/, "Unauthenticated"],
  [/^(?:invalid or expired token|bad authentication data)/, "Unauthenticated"],
  [/value passed for the (?:token|authorization code) was invalid/, "Unauthenticated"],
  [/^missing valid authorization header/, "Unauthenticated"],
  [/appropriate oauth1 app permissions/, "ScopeMissing"],
  [/application cannot (?:perform write actions|post)/, "ScopeMissing"],
  [/authenticating with .{1,80} is forbidden for this endpoint/, "UserContextRequired"],
  [/credentials do not allow access to this resource/, "UserContextRequired"],
  [/different access level|attached to a project/, "PlanRequired"],
  [/^rate limit exceeded/, "WindowExhausted"],
  [/^over capacity/, "Outage"],
  [/^not authorized\.?$/, "NotAuthorized"],
]

/**
 * The reason that one of the texts gives; the first of them that is recognised counts.
 *
 * @category operations
 * @since 0.1.0
 */
export const recognise = (texts: ReadonlyArray<string>): Reason | undefined => {
  for (const text of texts) {
    const found = patterns.find(([pattern]) => pattern.test(text))
    if (found !== undefined) return found[1]
  }
  return undefined
}
