/** What the remote's answer to a command says of the edge. */
import type { Command } from "../Command.ts"
import * as Decider from "../Decider.ts"
import { type Observation, reconcile } from "../Reconciliation.ts"
import type { Relationship } from "../Relationship.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import { factsOf } from "./looking.ts"

/**
 * What happened to an edge on which a command was carried out. What the answer shows beyond the
 * command had happened before, unknown to us.
 *
 * @internal
 */
export const eventsOf = (
  state: Relationship,
  command: Command,
  observation: Observation,
): ReadonlyArray<RelationshipEvent> => {
  const decision = Decider.decide(state, command, factsOf(observation))
  if (decision._tag === "Success") {
    const after = Decider.fold(state, decision.success)
    if (after._tag === observation._tag) {
      return [...decision.success, ...reconcile(after, observation)]
    }
  }
  return reconcile(state, observation)
}

/** Whether it leaves nothing open that can be known of an edge. @internal */
export const showsPreferences = (observation: Observation): boolean =>
  observation._tag === "None" ||
  (observation.retweets !== undefined && observation.notifications !== undefined)
