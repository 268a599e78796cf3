/** What the remote's answer to a command says of the edge. */
import type { Command } from "../Command.ts"
import * as Decider from "../Decider.ts"
import { type Observation, reconcile } from "../Reconciliation.ts"
import type { Relationship } from "../Relationship.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import { factsOf } from "./looking.ts"

type Events = ReadonlyArray<RelationshipEvent>

/** What may have been there before the command, where it is not what was known: the likeliest first. */
const priors = (
  state: Relationship,
  command: Command,
  observation: Observation,
): ReadonlyArray<Observation> => {
  const none: Observation = { _tag: "None" }
  if (observation._tag === "None") return []
  // Whom one has just begun to follow shows what the follow made.
  if (state._tag === "None" && command._tag === "Follow") return []
  // A follow never turns back into a request: it had ended, and the command asked anew.
  if (state._tag === "Following" && observation._tag === "Pending") return [none]
  const named =
    command._tag === "Follow" || command._tag === "UpdatePreferences" ? command : undefined
  const rest: Observation = {
    ...observation,
    retweets: named?.retweets === undefined ? observation.retweets : undefined,
    notifications: named?.notifications === undefined ? observation.notifications : undefined,
  }
  return [rest, none]
}

/**
 * What happened to an edge on which a command was carried out: first what others had done before,
 * unknown to us, as far as the answer shows it, and then what the command did.
 *
 * @internal
 */
export const attribute = (
  state: Relationship,
  command: Command,
  observation: Observation,
): { readonly before: Events; readonly own: Events } => {
  const facts = factsOf(observation)
  const seen = priors(state, command, observation).map((prior) => reconcile(state, prior))
  for (const before of [[], ...seen]) {
    const prior = Decider.fold(state, before)
    const decision = Decider.decide(prior, command, facts)
    if (decision._tag === "Failure") continue
    const rest = reconcile(Decider.fold(prior, decision.success), observation)
    if (rest.length === 0) return { before, own: decision.success }
    // What was just begun may have begun in another way than by default.
    if (state._tag === "None" && command._tag === "Follow") {
      return { before, own: [...decision.success, ...rest] }
    }
  }
  return { before: reconcile(state, observation), own: [] }
}

/** Whether it leaves nothing open that can be known of an edge. @internal */
export const showsPreferences = (observation: Observation): boolean =>
  observation._tag === "None" ||
  (observation.retweets !== undefined && observation.notifications !== undefined)
