import {
  Command,
  Decider,
  DecisionTable,
  Facts,
  Rejection,
  Relationship,
  RelationshipEvent as Event,
  UserId,
} from "@kith/core"
import { Generators, given } from "@kith/core/testing"
import { Result } from "effect"
import { describe, expect, test } from "vitest"

const alice = UserId.make("63046977")
const bob = UserId.make("2244994945")
const others = { source: alice, target: bob }
const self = { source: alice, target: alice }

const circumstanceOf = (facts: Facts.Facts, isSelf: boolean): DecisionTable.Circumstance => {
  const holds: Readonly<Record<DecisionTable.Circumstance, boolean>> = {
    self: isSelf,
    missing: facts.target === "missing",
    suspended: facts.target === "suspended",
    blockedByTarget: facts.blockedByTarget,
    blocksTarget: facts.blocksTarget,
    protected: facts.target === "protected",
    open: true,
  }
  return DecisionTable.circumstances.find((it) => holds[it]) ?? "open"
}

const named = (command: Command.Command) =>
  command._tag === "Follow" || command._tag === "UpdatePreferences" ? command : undefined

/** The events that the table says, spelt out. */
const spelt = (
  state: Relationship.Relationship,
  command: Command.Command,
  outcome: DecisionTable.Outcome,
): ReadonlyArray<Event.RelationshipEvent> => {
  const { notifications, retweets } = named(command) ?? {}
  if (outcome._tag === "event") {
    return Event.all.filter(
      (event) =>
        event._tag === outcome.event &&
        (!("retweets" in event) ||
          (event.retweets === (retweets ?? true) &&
            event.notifications === (notifications ?? false))),
    )
  }
  if (outcome._tag !== "preferences" || state._tag === "None") return []
  return [
    ...(retweets === undefined || retweets === state.retweets
      ? []
      : [retweets ? Event.retweetsTurnedOn : Event.retweetsTurnedOff]),
    ...(notifications === undefined || notifications === state.notifications
      ? []
      : [notifications ? Event.notificationsTurnedOn : Event.notificationsTurnedOff]),
  ]
}

describe("decide", () => {
  test("says what the table says for all states, commands and facts", () => {
    let cases = 0
    for (const edge of [others, self]) {
      for (const state of Relationship.all) {
        for (const command of Generators.allCommands(edge)) {
          for (const facts of Generators.allFacts) {
            const circumstance = circumstanceOf(facts, edge === self)
            const outcome = DecisionTable.table[command._tag][circumstance][state._tag]
            const decision = Decider.decide(state, command, facts)
            const expected =
              outcome._tag === "rejected"
                ? Result.fail({ _tag: outcome.rejection })
                : Result.succeed(spelt(state, command, outcome))
            const what = `${command._tag} in ${state._tag}, ${circumstance}`
            expect(decision, what).toEqual(expected)
            const after = Decider.fold(
              state,
              Result.getOrElse(decision, () => []),
            )
            if (outcome._tag === "event") expect(after._tag, what).toBe(outcome.to)
            if (outcome._tag !== "event") expect(after._tag, what).toBe(state._tag)
            cases++
          }
        }
      }
    }
    expect(cases).toBe(2 * 9 * 22 * 16)
  })

  test("needs facts for the commands alone whose row depends on them", () => {
    for (const command of Generators.allCommands(others)) {
      const rows = DecisionTable.circumstances.map((it) => DecisionTable.table[command._tag][it])
      expect(Decider.needsFacts(command)).toBe(new Set(rows).size > 1)
    }
  })

  test("refuses for the reasons that the table has, each with one line of its own", () => {
    const reasons = Object.values(DecisionTable.table)
      .flatMap((rows) => Object.values(rows))
      .flatMap((row) => Object.values(row))
      .flatMap((outcome) => (outcome._tag === "rejected" ? [outcome.rejection] : []))
    const tags = Array.from(new Set(reasons))
    expect(tags.toSorted()).toEqual(Object.keys(Rejection.Rejection.cases).toSorted())
    const lines = tags.map((_tag) => Rejection.explain({ _tag }))
    expect(new Set(lines).size).toBe(tags.length)
    for (const line of lines) expect(line).toMatch(/^[a-z][^\n]+$/)
  })
})

const asked = Event.followRequested(true, false)
const followed = Event.followed(true, false)
const follow = Command.follow(alice, bob)
const update = (preferences: Parameters<typeof Command.updatePreferences>[2]) =>
  Command.updatePreferences(alice, bob, preferences)

describe("Follow", () => {
  test("follows a public target, with retweets and without notifications", () => {
    given().when(follow).then(Event.followed(true, false))
  })
  test("asks a protected target", () => {
    given().when(follow, Facts.guarded).then(Event.followRequested(true, false))
  })
  test("begins with the preferences that it names", () => {
    const quiet = Command.follow(alice, bob, { retweets: false })
    const loud = Command.follow(alice, bob, { notifications: true })
    given().when(quiet).then(Event.followed(false, false))
    given().when(loud, Facts.guarded).then(Event.followRequested(true, true))
  })
  test("does nothing where it is so already", () => {
    given(followed).when(follow).thenNothing()
    given(asked).when(follow, Facts.guarded).thenNothing()
  })
  test("stays a request when the target turned public, and a follow when it turned protected", () => {
    given(asked).when(follow).thenNothing()
    given(followed).when(follow, Facts.guarded).thenNothing()
  })
  test("sets a preference that it names and that differs, and no other", () => {
    const loud = Command.follow(alice, bob, { notifications: true })
    given(Event.followed(false, false)).when(loud).then(Event.notificationsTurnedOn)
    given(Event.followRequested(false, false)).when(loud).then(Event.notificationsTurnedOn)
    given(Event.followed(false, true)).when(loud).thenNothing()
  })
  test("is refused for whatever stands in the way, the nearest first", () => {
    given().when(Command.follow(alice, alice), Facts.missing).thenRejected("CannotFollowSelf")
    given().when(follow, Facts.missing).thenRejected("TargetNotFound")
    given().when(follow, Facts.suspended).thenRejected("TargetSuspended")
    const blocked = { ...Facts.open, blockedByTarget: true }
    given().when(follow, blocked).thenRejected("BlockedByTarget")
    given()
      .when(follow, { ...blocked, blocksTarget: true })
      .thenRejected("BlockedByTarget")
    given()
      .when(follow, { ...Facts.open, blocksTarget: true })
      .thenRejected("BlockingTarget")
    given()
      .when(follow, { ...blocked, target: "suspended" })
      .thenRejected("TargetSuspended")
  })
  test("is refused then also where there is a follow or a request already", () => {
    given(followed).when(follow, Facts.missing).thenRejected("TargetNotFound")
    given(asked).when(follow, Facts.suspended).thenRejected("TargetSuspended")
  })
})

describe("Unfollow", () => {
  const unfollow = Command.unfollow(alice, bob)
  test("ends a follow, and withdraws a request", () => {
    given(followed).when(unfollow).then(Event.unfollowed)
    given(asked).when(unfollow).then(Event.followRequestCancelled)
  })
  test("does nothing where there is neither", () => {
    given().when(unfollow).thenNothing()
    given(followed, Event.unfollowed).when(unfollow).thenNothing()
  })
  test("works whatever became of the target", () => {
    given(followed).when(unfollow, Facts.missing).then(Event.unfollowed)
    given(followed)
      .when(unfollow, { ...Facts.suspended, blockedByTarget: true })
      .then(Event.unfollowed)
  })
})

describe("UpdatePreferences", () => {
  test("sets what it names and what differs, retweets first", () => {
    const both = update({ retweets: false, notifications: true })
    given(followed).when(both).then(Event.retweetsTurnedOff, Event.notificationsTurnedOn)
    given(asked)
      .when(update({ retweets: false }))
      .then(Event.retweetsTurnedOff)
    given(followed)
      .when(update({ notifications: true }))
      .then(Event.notificationsTurnedOn)
    given(Event.followed(false, true))
      .when(update({ retweets: true, notifications: false }))
      .then(Event.retweetsTurnedOn, Event.notificationsTurnedOff)
  })
  test("does nothing where it is so already, or where it names nothing", () => {
    given(followed)
      .when(update({ retweets: true, notifications: false }))
      .thenNothing()
    given(asked).when(update({})).thenNothing()
  })
  test("is refused where there is nothing to prefer", () => {
    given()
      .when(update({ retweets: true }))
      .thenRejected("NotFollowing")
    given(asked, Event.followRequestDenied).when(update({})).thenRejected("NotFollowing")
  })
})

describe("ApproveRequest", () => {
  const approve = Command.approveRequest(alice, bob)
  test("lets the source follow", () => {
    given(asked).when(approve).then(Event.followRequestApproved)
  })
  test("keeps the preferences of the request", () => {
    const loud = Event.followRequested(false, true)
    given(loud, Event.followRequestApproved)
      .when(update({ retweets: false, notifications: true }))
      .thenNothing()
  })
  test("does nothing where the source follows already", () => {
    given(asked, Event.followRequestApproved).when(approve).thenNothing()
    given(followed).when(approve).thenNothing()
  })
  test("is refused without a request", () => {
    given().when(approve).thenRejected("NoPendingRequest")
    given(asked, Event.followRequestCancelled).when(approve).thenRejected("NoPendingRequest")
  })
})

describe("DenyRequest", () => {
  const deny = Command.denyRequest(alice, bob)
  test("refuses the request", () => {
    given(asked).when(deny).then(Event.followRequestDenied)
  })
  test("does nothing where there is no request left to refuse", () => {
    given(asked, Event.followRequestDenied).when(deny).thenNothing()
    given().when(deny).thenNothing()
  })
  test("is refused where the source follows: a follower is removed, not denied", () => {
    given(followed).when(deny).thenRejected("NoPendingRequest")
  })
})

describe("RemoveFollower", () => {
  const remove = Command.removeFollower(alice, bob)
  test("ends the source's follow", () => {
    given(followed).when(remove).then(Event.followerRemoved)
    given(asked, Event.followRequestApproved).when(remove).then(Event.followerRemoved)
  })
  test("does nothing where the source does not follow", () => {
    given().when(remove).thenNothing()
    given(asked).when(remove).thenNothing()
  })
})

describe("a new follow", () => {
  test("does not remember the preferences of the one before", () => {
    given(Event.followed(false, true), Event.unfollowed)
      .when(follow)
      .then(Event.followed(true, false))
  })
})
