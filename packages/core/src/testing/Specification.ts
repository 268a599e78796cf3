/**
 * Given what happened, when a command comes, then these events follow: examples for any decider.
 *
 * Comparison is exact: the same events with the same members in the same order. Nothing here knows
 * a test runner; what does not hold is thrown as a {@link Check.Mismatch}.
 *
 * **Example** (Three sentences about following)
 *
 * ```ts
 * import { Command, Facts, RelationshipEvent, UserId } from "@kith/core"
 * import { given } from "@kith/core/testing"
 *
 * const [alice, bob] = [UserId.make("1"), UserId.make("2")]
 * given().when(Command.follow(alice, bob)).then(RelationshipEvent.followed(true, false))
 * given(RelationshipEvent.followed(true, false)).when(Command.follow(alice, bob)).thenNothing()
 * given().when(Command.follow(alice, bob), Facts.missing).thenRejected("TargetNotFound")
 * ```
 *
 * @since 0.1.0
 */
import type * as Result from "effect/Result"
import * as OurDecider from "../Decider.ts"
import * as Facts from "../Facts.ts"
import * as Check from "./Check.ts"

/**
 * Any decider: where it begins, what a command comes to, and what an event does to a state.
 *
 * @category models
 * @since 0.1.0
 */
export interface Decider<State, Command, Facts, Event, Rejection> {
  readonly initial: State
  readonly decide: (
    state: State,
    command: Command,
    facts: Facts,
  ) => Result.Result<ReadonlyArray<Event>, Rejection>
  readonly evolve: (state: State, event: Event) => State
}

/**
 * The `given` of a decider. `facts` are those of a command that is told none.
 *
 * @category constructors
 * @since 0.1.0
 */
export const specification =
  <State, Command, Facts, Event, Rejection extends { readonly _tag: string }>(
    decider: Decider<State, Command, Facts, Event, Rejection>,
    facts: NoInfer<Facts>,
  ) =>
  (...history: ReadonlyArray<Event>) => ({
    when: (command: Command, known: Facts = facts) => {
      const state = history.reduce(decider.evolve, decider.initial)
      const decision = decider.decide(state, command, known)
      const actual =
        decision._tag === "Success" ? { events: decision.success } : { rejected: decision.failure }
      const then = (...events: ReadonlyArray<Event>): void =>
        Check.equal("the command causes these events", actual, { events })
      return {
        then,
        thenNothing: (): void => then(),
        /** Without `fields`, the reason alone counts; with them, all of its members. */
        thenRejected: (
          tag: Rejection["_tag"],
          fields?: Omit<Extract<Rejection, { readonly _tag: typeof tag }>, "_tag">,
        ): void => {
          const members = decision._tag === "Failure" ? decision.failure : {}
          Check.equal("the command is rejected", actual, {
            rejected: { ...(fields ?? members), _tag: tag },
          })
        },
      }
    },
  })

/**
 * `given` of the rules of following; the target is one that anybody may follow, unless told.
 *
 * @category constructors
 * @since 0.1.0
 */
export const given = specification(OurDecider, Facts.open)
