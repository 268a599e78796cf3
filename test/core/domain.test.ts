/** The words of the domain: what they accept, how they are compared, what they say. */
import {
  Command,
  CommandError,
  Edge,
  RecordedEvent,
  Relationship,
  RelationshipEvent as Event,
  StoreError,
  UserId,
} from "@kith/core"
import { Generators } from "@kith/core/testing"
import { Schema } from "effect"
import { describe, expect, test } from "vitest"

const alice = UserId.make("63046977")
const bob = UserId.make("2244994945")
const edge = { source: alice, target: bob }

describe("a user id", () => {
  test.each(["0", "7", "63046977", "9223372036854775807", "9999999999999999999"])(
    "may be %s",
    (text) => {
      expect(Schema.is(UserId.UserId)(text)).toBe(true)
    },
  )
  test.each([
    "",
    "01",
    "-1",
    "+1",
    "1.0",
    "1e3",
    " 1",
    "1 ",
    "1\n",
    "١",
    "１",
    "10000000000000000000",
    "0x1",
  ])("is not %j", (text) => {
    expect(Schema.is(UserId.UserId)(text)).toBe(false)
    const decode = Schema.decodeUnknownSync(UserId.UserId)
    expect(() => decode(text)).toThrow("1 to 19 digits without a leading zero")
    expect(() => UserId.make(text)).toThrow("Schema validation failed")
  })
  test("is a text, not a number", () => {
    expect(Schema.is(UserId.UserId)(7)).toBe(false)
  })
})

describe("an edge", () => {
  test("joins two different users", () => {
    expect(Schema.is(Edge.Edge)(edge)).toBe(true)
    expect(Schema.is(Edge.Edge)({ source: alice, target: alice })).toBe(false)
  })
  test("has a key that no other edge has", () => {
    expect(Edge.key(edge)).toBe("63046977→2244994945")
    const cut = { source: UserId.make("6304697"), target: UserId.make("72244994945") }
    expect(Edge.key(cut)).not.toBe(Edge.key(edge))
    expect(Edge.key({ source: bob, target: alice })).not.toBe(Edge.key(edge))
  })
})

describe("relationships and events", () => {
  test("exist once each, nine and eighteen, frozen", () => {
    expect(new Set(Relationship.all).size).toBe(9)
    expect(new Set(Event.all).size).toBe(18)
    for (const each of [...Relationship.all, ...Event.all]) expect(Object.isFrozen(each)).toBe(true)
  })
  test("have their places in the lists as their numbers", () => {
    expect(Relationship.all.map(Relationship.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(Event.all.map(Event.index)).toEqual(Event.all.map((_, index) => index))
    const decoded = Event.all.map((event) =>
      Schema.decodeUnknownSync(Event.RelationshipEvent)({ ...event }),
    )
    expect(decoded.map(Event.index)).toEqual(Event.all.map((_, index) => index))
  })
  // The numbers are what stores keep: the lists may grow at their ends, and never change before.
  test("keep their numbers", () => {
    expect(Event.all.map((event) => event._tag)).toEqual([
      ...Array.from({ length: 4 }, () => "FollowRequested"),
      ...Array.from({ length: 4 }, () => "Followed"),
      "FollowRequestApproved",
      "FollowRequestDenied",
      "FollowRequestCancelled",
      "Unfollowed",
      "FollowerRemoved",
      "RetweetsTurnedOn",
      "RetweetsTurnedOff",
      "NotificationsTurnedOn",
      "NotificationsTurnedOff",
      "Erased",
    ])
    const flags = [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const
    expect(Relationship.all).toEqual([
      Relationship.none,
      ...flags.map(([retweets, notifications]) => Relationship.pending(retweets, notifications)),
      ...flags.map(([retweets, notifications]) => Relationship.following(retweets, notifications)),
    ])
    expect(Event.all.slice(0, 8)).toEqual([
      ...flags.map(([retweets, notifications]) => Event.followRequested(retweets, notifications)),
      ...flags.map(([retweets, notifications]) => Event.followed(retweets, notifications)),
    ])
  })
  test("take other preferences without losing their state", () => {
    for (const state of Relationship.all) {
      const tuned = Relationship.withPreferences(state, false, true)
      expect(tuned._tag).toBe(state._tag)
      if (tuned._tag !== "None")
        expect(tuned).toMatchObject({ retweets: false, notifications: true })
    }
  })
  test("cannot be written down in combinations that make no sense", () => {
    const decode = Schema.decodeUnknownSync(Relationship.Relationship)
    expect(() => decode({ _tag: "Following" })).toThrow("retweets")
    expect(() => decode({ _tag: "Blocked" })).toThrow("Following")
    expect(decode({ _tag: "None", retweets: true })).toEqual({ _tag: "None" })
  })
})

describe("a command", () => {
  test("has a text of its own, by which a repeat is known", () => {
    const commands = [edge, { source: bob, target: alice }].flatMap(Generators.allCommands)
    expect(new Set(commands.map(Command.fingerprint)).size).toBe(commands.length)
    for (const command of commands) {
      const copy = Schema.decodeUnknownSync(Command.Command)(JSON.parse(JSON.stringify(command)))
      expect(Command.fingerprint(copy)).toBe(Command.fingerprint(command))
    }
  })
  test("is carried out by the source, or by the target where it is the target's to decide", () => {
    const actors = Generators.allCommands(edge).map((it) => [it._tag, Command.actor(it)] as const)
    expect(Object.fromEntries(actors)).toEqual({
      Follow: alice,
      Unfollow: alice,
      UpdatePreferences: alice,
      ApproveRequest: bob,
      DenyRequest: bob,
      RemoveFollower: bob,
    })
  })
})

describe("a command id", () => {
  const isId = Schema.is(RecordedEvent.CommandId)
  test("is 1 to 128 printable characters without spaces", () => {
    for (const text of ["a", "!", "~", "x".repeat(128)]) expect(isId(text)).toBe(true)
    for (const text of ["", " ", "a b", "x".repeat(129), "é", "\n", "\u007f"]) {
      expect(isId(text), JSON.stringify(text)).toBe(false)
    }
  })
})

describe("an error", () => {
  const command = Command.follow(alice, bob)

  test("says in one line what happened and what to do", () => {
    const errors = [
      new CommandError.CommandRejected({ reason: { _tag: "TargetSuspended" }, command }),
      new CommandError.CommandIdReused({ commandId: "one" }),
      new CommandError.TooManyConflicts({ command, attempts: 8 }),
    ]
    expect(errors.map((error) => error.message)).toEqual([
      "Follow from 63046977 to 2244994945: the target is suspended; it can be followed when the suspension ends",
      "the command id one was used for another command; use a fresh id",
      "the relationship of 63046977 to 2244994945 changed during each of 8 attempts; try again",
    ])
    expect(errors.map((error) => error.retryable)).toEqual([false, false, true])
  })

  test.each([
    ["Unavailable", true],
    ["Full", true],
    ["ReadOnly", false],
    ["Corrupt", false],
  ] as const)("of a store that is %s is worth retrying: %s", (reason, retryable) => {
    expect(new StoreError.StoreError({ reason, message: "" }).retryable).toBe(retryable)
  })
})
