/**
 * Complete lists of what there are few of: commands on an edge, facts, observations. `Generators` gives
 * them out under the same names.
 *
 * @since 0.1.0
 */
import * as Command from "../Command.ts"
import type { Edge } from "../Edge.ts"
import type { Facts } from "../Facts.ts"
import type { Observation } from "../Reconciliation.ts"

/**
 * Every command on one edge: each preference on, off, or left out.
 *
 * @category constructors
 * @since 0.1.0
 */
export const allCommands = ({ source, target }: Edge): ReadonlyArray<Command.Command> => {
  const choices = [undefined, false, true]
  const named = choices.flatMap((retweets) =>
    choices.map((notifications) => ({ retweets, notifications })),
  )
  return [
    ...named.map((it) => Command.follow(source, target, it)),
    Command.unfollow(source, target),
    ...named.map((it) => Command.updatePreferences(source, target, it)),
    Command.approveRequest(source, target),
    Command.denyRequest(source, target),
    Command.removeFollower(source, target),
  ]
}

/**
 * Every combination of facts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const allFacts: ReadonlyArray<Facts> = (
  ["public", "protected", "suspended", "missing"] as const
).flatMap((target) =>
  [false, true].flatMap((blockedByTarget) =>
    [false, true].map((blocksTarget) => ({ target, blockedByTarget, blocksTarget })),
  ),
)

/**
 * Every observation there is: each preference seen on, seen off, or not seen.
 *
 * @category constructors
 * @since 0.1.0
 */
export const allObservations: ReadonlyArray<Observation> = [
  { _tag: "None" },
  ...(["Pending", "Following"] as const).flatMap((_tag) =>
    [undefined, false, true].flatMap((retweets) =>
      [undefined, false, true].map((notifications) => ({ _tag, retweets, notifications })),
    ),
  ),
]
