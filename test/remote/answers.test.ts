/** What an answer says is told apart: what the command did, and what others had done before. */
import { Command, Decider, Reconciliation, Relationship, type RelationshipEvent } from "@kith/core"
import { Generators } from "@kith/core/testing"
import { describe, expect, test } from "vitest"
import { attribute } from "../../packages/core/src/internal/answers.ts"

const [source, target] = Generators.pool
if (source === undefined || target === undefined) throw new Error("the pool has two users")

type Observed = Reconciliation.Observation
const { following, none, pending } = Relationship
const sees = (
  _tag: "Pending" | "Following",
  retweets?: boolean,
  notifications?: boolean,
): Observed => ({ _tag, retweets, notifications })

const every = Relationship.all.flatMap((state) =>
  Generators.allCommands({ source, target }).flatMap((command) =>
    Generators.allObservations.map((observed) => ({ state, command, observed })),
  ),
)

/** What somebody who gave a command can be said to have done, but for preferences. */
const deeds: Readonly<
  Record<Command.Tag, ReadonlyArray<RelationshipEvent.RelationshipEvent["_tag"]>>
> = {
  Follow: ["Followed", "FollowRequested"],
  Unfollow: ["Unfollowed", "FollowRequestCancelled"],
  UpdatePreferences: [],
  ApproveRequest: ["FollowRequestApproved"],
  DenyRequest: ["FollowRequestDenied"],
  RemoveFollower: ["FollowerRemoved"],
}

const preferences = {
  RetweetsTurnedOn: "retweets",
  RetweetsTurnedOff: "retweets",
  NotificationsTurnedOn: "notifications",
  NotificationsTurnedOff: "notifications",
} as const

describe("an answer", () => {
  test("is explained whole: what happened leads to what it shows, whatever was known", () => {
    for (const { command, observed, state } of every) {
      const { before, own } = attribute(state, command, observed)
      const after = Decider.fold(state, [...before, ...own])
      expect(Reconciliation.reconcile(after, observed), JSON.stringify({ state, command })).toEqual(
        [],
      )
    }
  })

  test("never makes a command do what it cannot, or set a preference that it leaves out", () => {
    for (const { command, observed, state } of every) {
      // How a new follow begins is not known beforehand.
      if (state._tag === "None" && command._tag === "Follow") continue
      for (const { _tag } of attribute(state, command, observed).own) {
        const what = JSON.stringify({ state, command, observed })
        if (_tag in preferences) {
          const named = Object.entries(command).filter(([, value]) => value !== undefined)
          const keys = named.map(([key]) => key)
          expect(keys, what).toContain(Reflect.get(preferences, _tag))
        } else expect(deeds[command._tag], what).toContain(_tag)
      }
    }
  })

  test("that shows what the command does here and nothing else is the command's own", () => {
    for (const { command, observed, state } of every) {
      const decision = Decider.decide(state, command, {
        target: observed._tag === "Pending" ? "protected" : "public",
        blockedByTarget: false,
        blocksTarget: false,
      })
      if (decision._tag === "Failure") continue
      const after = Decider.fold(state, decision.success)
      if (Reconciliation.reconcile(after, observed).length > 0) continue
      expect(attribute(state, command, observed)).toEqual({ before: [], own: decision.success })
    }
  })

  const follow = Command.follow(source, target)
  const unpaid = Command.updatePreferences(source, target, { retweets: false })
  const rung = Command.updatePreferences(source, target, { notifications: true })

  test.each([
    [
      "an approval that nobody here had heard of",
      pending(true, false),
      unpaid,
      sees("Following", false, false),
      ["FollowRequestApproved"],
      ["RetweetsTurnedOff"],
    ],
    [
      "an approval, when the follow is repeated",
      pending(true, false),
      follow,
      sees("Following"),
      ["FollowRequestApproved"],
      [],
    ],
    [
      "a preference that was set elsewhere",
      following(false, false),
      rung,
      sees("Following", true, true),
      ["RetweetsTurnedOn"],
      ["NotificationsTurnedOn"],
    ],
    [
      "a follow that was made elsewhere",
      none,
      rung,
      sees("Following", true, true),
      ["Followed"],
      ["NotificationsTurnedOn"],
    ],
    [
      "an end, when the follow is asked for anew",
      following(true, false),
      follow,
      sees("Pending"),
      ["Unfollowed"],
      ["FollowRequested"],
    ],
    [
      "nothing, when a follow begins in its own way",
      none,
      follow,
      sees("Following", false, false),
      [],
      ["Followed", "RetweetsTurnedOff"],
    ],
  ] as const)("tells %s from the command", (_, state, command, observed, before, own) => {
    const told = attribute(state, command, observed)
    expect(told.before.map(({ _tag }) => _tag)).toEqual(before)
    expect(told.own.map(({ _tag }) => _tag)).toEqual(own)
  })
})
