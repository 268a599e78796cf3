/**
 * Ten laws that the rules of following keep, as properties over generated histories.
 *
 * Each takes a decider, ours unless told, so that a decider of one's own can be held to them:
 * `fc.assert(Laws.repeatsChangeNothing(myDecider))`.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as fc from "fast-check"
import * as OurDecider from "../Decider.ts"
import * as EventCodec from "../EventCodec.ts"
import * as Relationship from "../Relationship.ts"
import type { RelationshipEvent } from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Generators from "./Generators.ts"
import * as NaiveEdge from "./NaiveEdge.ts"

/**
 * What the laws are about.
 *
 * @category models
 * @since 0.1.0
 */
export type Decider = Pick<typeof OurDecider, "initial" | "decide" | "evolve" | "fold">

/**
 * A law as a property of a decider, ours unless told: `fc.assert` holds the decider to it.
 *
 * @category models
 * @since 0.1.0
 */
export type Law = (decider?: Decider) => fc.IPropertyWithHooks<unknown>

type State = Relationship.Relationship

const events = fc.array(Generators.event, { maxLength: 12, size: "max" })

const isLegal = (state: State): boolean => Relationship.all.some((each) => Check.same(each, state))

const preferencesOf = (state: State) =>
  state._tag === "None"
    ? undefined
    : { retweets: state.retweets, notifications: state.notifications }

const nothingNamed: { readonly retweets?: boolean; readonly notifications?: boolean } = {}

const decided = (decision: OurDecider.Decision): ReadonlyArray<RelationshipEvent> =>
  decision._tag === "Success" ? decision.success : []

const answer = (decision: OurDecider.Decision) =>
  decision._tag === "Success" ? { events: decision.success } : { rejected: decision.failure._tag }

/**
 * 1. `evolve` is total: every event in every state gives a state that exists.
 *
 * @category laws
 * @since 0.1.0
 */
export const evolveIsTotal: Law = (decider = OurDecider) =>
  fc.property(Generators.relationship, Generators.event, (state, event) => {
    Check.holds("every event gives a state", isLegal(decider.evolve(state, event)))
  })

/**
 * 2. Every event that is decided changes the state: nothing is recorded that did not happen.
 *
 * @category laws
 * @since 0.1.0
 */
export const decidedEventsChangeTheState: Law = (decider = OurDecider) =>
  fc.property(
    Generators.relationship,
    Generators.anyCommand(),
    Generators.facts,
    (state, command, facts) => {
      let before = state
      for (const event of decided(decider.decide(state, command, facts))) {
        const after = decider.evolve(before, event)
        Check.holds(`${event._tag} changes the state`, !Check.same(after, before))
        before = after
      }
    },
  )

/**
 * 3. Repeating a command changes nothing: after it was carried out it causes no event, and a
 *    rejection stays the same rejection.
 *
 * @category laws
 * @since 0.1.0
 */
export const repeatsChangeNothing: Law = (decider = OurDecider) =>
  fc.property(
    Generators.relationship,
    Generators.anyCommand(),
    Generators.facts,
    (state, command, facts) => {
      const first = decider.decide(state, command, facts)
      const second = decider.decide(decider.fold(state, decided(first)), command, facts)
      Check.equal(
        "the repeat changes nothing",
        answer(second),
        first._tag === "Success" ? { events: [] } : answer(first),
      )
    },
  )

/**
 * 4. Folding can stop and go on anywhere: a history in two parts folds as in one.
 *
 * @category laws
 * @since 0.1.0
 */
export const foldsJoin: Law = (decider = OurDecider) =>
  fc.property(Generators.relationship, events, events, (state, first, second) => {
    Check.equal(
      "two parts fold as one",
      decider.fold(decider.fold(state, first), second),
      decider.fold(state, [...first, ...second]),
    )
  })

/**
 * 5. No history, not even one that cannot happen, leads to a state that does not exist, such as one
 *    with a preference but no follow.
 *
 * @category laws
 * @since 0.1.0
 */
export const noHistoryIsIllegal: Law = (decider = OurDecider) =>
  fc.property(events, (history) => {
    Check.holds("the state is one of nine", isLegal(decider.fold(decider.initial, history)))
  })

/**
 * 6. A preference that a command leaves out stays as it is, also when a request becomes a follow.
 *
 * @category laws
 * @since 0.1.0
 */
export const omittedPreferencesStay: Law = (decider = OurDecider) =>
  fc.property(
    Generators.relationship,
    Generators.command(),
    Generators.facts,
    (state, command, facts) => {
      const decision = decider.decide(state, command, facts)
      const after = decider.fold(state, decided(decision))
      const [old, now] = [preferencesOf(state), preferencesOf(after)]
      if (old === undefined || now === undefined) return
      const isWish = command._tag === "Follow" || command._tag === "UpdatePreferences"
      const wish = isWish && decision._tag === "Success" ? command : nothingNamed
      Check.equal("preferences are what was asked, or as they were", now, {
        retweets: wish.retweets ?? old.retweets,
        notifications: wish.notifications ?? old.notifications,
      })
    },
  )

/**
 * 7. Unfollowing ends in `None` from everywhere, and is never refused.
 *
 * @category laws
 * @since 0.1.0
 */
export const unfollowEndsInNone: Law = (decider = OurDecider) =>
  fc.property(
    Generators.relationship,
    Generators.edge(),
    Generators.facts,
    (state, edge, facts) => {
      const decision = decider.decide(state, { _tag: "Unfollow", ...edge }, facts)
      Check.equal("it is not refused", decision._tag, "Success")
      Check.equal("it ends in None", decider.fold(state, decided(decision)), { _tag: "None" })
    },
  )

/**
 * The codec of today.
 *
 * @category constructors
 * @since 0.1.0
 */
export const codec = Result.getOrThrow(
  EventCodec.make(EventCodec.currentVersions, EventCodec.steps),
)

/**
 * 8. Events come back from their stored form as they were, and fold alike.
 *
 * @category laws
 * @since 0.1.0
 */
export const storedEventsComeBack = (
  decider: Decider = OurDecider,
  by: EventCodec.EventCodec = codec,
): ReturnType<Law> =>
  fc.property(Generators.history, Generators.recordedEvent, (history, envelope) => {
    const stored = history.map((event) => JSON.stringify(by.encode({ ...envelope, event })))
    const read = stored.map((text) => {
      const value: unknown = JSON.parse(text)
      const decoded = by.decode(value)
      if (decoded._tag === "Failure") throw new Error(decoded.failure.message)
      return decoded.success
    })
    Check.equal(
      "every event comes back",
      read,
      history.map((event) => ({ ...envelope, event })),
    )
    Check.equal(
      "they fold alike",
      decider.fold(
        decider.initial,
        read.map((recorded) => recorded.event),
      ),
      decider.fold(decider.initial, history),
    )
  })

const stored = Schema.fromJsonString(Relationship.Relationship)

/**
 * 9. A snapshot stands for the history before it: folding on from one that was stored gives what
 *    folding from the start gives.
 *
 * @category laws
 * @since 0.1.0
 */
export const snapshotsStandForHistory: Law = (decider = OurDecider) =>
  fc.property(Generators.history, fc.nat(), (history, cut) => {
    const at = cut % (history.length + 1)
    const snapshot = decider.fold(decider.initial, history.slice(0, at))
    const whole = decider.fold(decider.initial, history)
    const fromJson = Schema.decodeSync(stored)(Schema.encodeSync(stored)(snapshot))
    const fromIndex = Relationship.all[Relationship.index(snapshot)] ?? decider.initial
    const rest = history.slice(at)
    Check.equal("from a snapshot in JSON", decider.fold(fromJson, rest), whole)
    Check.equal("from a snapshot as a number", decider.fold(fromIndex, rest), whole)
  })

/**
 * 10. Over any sequence of commands the rules say what the pedestrian ones of {@link NaiveEdge} say.
 *
 * @category laws
 * @since 0.1.0
 */
export const agreesWithTheModel: Law = (decider = OurDecider) =>
  fc.property(
    fc.array(
      fc.tuple(
        Generators.anyCommand(fc.constantFrom(...Generators.pool.slice(0, 2))),
        Generators.facts,
      ),
      { maxLength: 20, size: "max" },
    ),
    (steps) => {
      let naive = NaiveEdge.nothing
      let state = decider.initial
      for (const [command, facts] of steps) {
        const expected = NaiveEdge.carryOut(naive, command, facts)
        const decision = decider.decide(state, command, facts)
        Check.equal(
          `${command._tag} has the same answer`,
          answer(decision),
          expected.rejected === undefined
            ? { events: expected.events }
            : { rejected: expected.rejected },
        )
        naive = expected.edge
        state = decider.fold(state, decided(decision))
        Check.equal(`${command._tag} has the same end`, state, NaiveEdge.relationshipOf(naive))
      }
    },
  )

/**
 * All ten, in order, by name.
 *
 * @category laws
 * @since 0.1.0
 */
export const laws: Readonly<Record<string, Law>> = {
  evolveIsTotal,
  decidedEventsChangeTheState,
  repeatsChangeNothing,
  foldsJoin,
  noHistoryIsIllegal,
  omittedPreferencesStay,
  unfollowEndsInNone,
  storedEventsComeBack,
  snapshotsStandForHistory,
  agreesWithTheModel,
}
