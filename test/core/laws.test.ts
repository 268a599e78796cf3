import { Decider, Facts, Relationship, RelationshipEvent as Event } from "@kith/core"
import { Laws } from "@kith/core/testing"
import { Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"

type Decide = typeof Decider.decide
type Evolve = typeof Decider.evolve

const words = (name: string): string => name.replaceAll(/[A-Z]/g, " $&").toLowerCase()

describe("the rules", () => {
  test.each(Object.entries(Laws.laws))("keep the law: %s", (_, law) => {
    fc.assert(law(), { numRuns: 1000 })
  })
})

const withDecide = (decide: Decide): Laws.Decider => ({ ...Decider, decide })

const withEvolve = (evolve: Evolve): Laws.Decider => ({
  initial: Decider.initial,
  decide: Decider.decide,
  evolve,
  fold: (state, history) => Array.from(history).reduce(evolve, state),
})

/** Deciders that break one law each, and what the law then says. */
const broken: ReadonlyArray<readonly [keyof typeof Laws, string, Laws.Decider, string]> = [
  [
    "evolveIsTotal",
    "forgets a state for an event that does not fit",
    withEvolve((state, event) =>
      event._tag === "FollowRequestApproved" && state._tag === "None"
        ? JSON.parse("null")
        : Decider.evolve(state, event),
    ),
    "every event gives a state",
  ],
  [
    "decidedEventsChangeTheState",
    "records a follow that was there already",
    withDecide((state, command, facts) =>
      command._tag === "Follow" && state._tag === "Following"
        ? Result.succeed([Event.followed(state.retweets, state.notifications)])
        : Decider.decide(state, command, facts),
    ),
    "Followed changes the state",
  ],
  [
    "repeatsChangeNothing",
    "refuses to deny what was just denied",
    withDecide((state, command, facts) =>
      command._tag === "DenyRequest" && state._tag === "None"
        ? Result.fail({ _tag: "NoPendingRequest" })
        : Decider.decide(state, command, facts),
    ),
    "the repeat changes nothing",
  ],
  [
    "foldsJoin",
    "folds from the start each time",
    { ...Decider, fold: (_, history) => Decider.fold(Decider.initial, history) },
    "two parts fold as one",
  ],
  [
    "noHistoryIsIllegal",
    "keeps preferences where there is no follow",
    withEvolve((state, event) =>
      event._tag === "RetweetsTurnedOn" && state._tag === "None"
        ? JSON.parse(`{"_tag":"None","retweets":true}`)
        : Decider.evolve(state, event),
    ),
    "the state is one of nine",
  ],
  [
    "omittedPreferencesStay",
    "sets a preference back that was left out",
    withDecide((state, command, facts) =>
      command._tag === "UpdatePreferences"
        ? Decider.decide(state, { ...command, retweets: command.retweets ?? true }, facts)
        : Decider.decide(state, command, facts),
    ),
    "preferences are what was asked, or as they were",
  ],
  [
    "omittedPreferencesStay",
    "loses the preferences of a request when it is approved",
    withEvolve((state, event) =>
      event._tag === "FollowRequestApproved" && state._tag === "Pending"
        ? Relationship.following(true, false)
        : Decider.evolve(state, event),
    ),
    "preferences are what was asked, or as they were",
  ],
  [
    "unfollowEndsInNone",
    "forgets to withdraw a request",
    withDecide((state, command, facts) =>
      command._tag === "Unfollow" && state._tag === "Pending"
        ? Result.succeed([])
        : Decider.decide(state, command, facts),
    ),
    "it ends in None",
  ],
  [
    "snapshotsStandForHistory",
    "looks further back than the state",
    {
      ...Decider,
      fold: (state, history) => {
        const list = Array.from(history)
        return list.length > 1 && state._tag !== "None"
          ? Relationship.none
          : Decider.fold(state, list)
      },
    },
    "from a snapshot in JSON",
  ],
  [
    "agreesWithTheModel",
    "lets anybody follow a protected target",
    withDecide((state, command, facts) =>
      Decider.decide(state, command, facts.target === "protected" ? Facts.open : facts),
    ),
    "Follow has the same answer",
  ],
]

describe("a decider that breaks a law is found:", () => {
  test.each(broken)("%s, where one %s", (name, _, decider, says) => {
    const law = Laws.laws[name]
    const run = law === undefined ? undefined : fc.check(law(decider), { numRuns: 2000 })
    expect(run?.failed, words(name)).toBe(true)
    expect(String(run?.errorInstance)).toContain(says)
  })

  test("storedEventsComeBack, where the codec loses a preference", () => {
    const run = fc.check(
      Laws.storedEventsComeBack(Decider, {
        encode: Laws.codec.encode,
        decode: (stored) =>
          Result.map(Laws.codec.decode(stored), (recorded) =>
            recorded.event._tag === "Followed"
              ? { ...recorded, event: Event.followed(recorded.event.retweets, false) }
              : recorded,
          ),
      }),
      { numRuns: 2000 },
    )
    expect(run.failed).toBe(true)
    expect(String(run.errorInstance)).toContain("every event comes back")
  })
})
