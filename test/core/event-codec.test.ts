import {
  Decider,
  EventCodec,
  type RecordedEvent,
  RelationshipEvent,
  Relationship,
  Upcast,
} from "@kith/core"
import { Generators } from "@kith/core/testing"
import { Result, Schema } from "effect"
import * as fc from "fast-check"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"

const codec = Result.getOrThrow(EventCodec.make(EventCodec.currentVersions, EventCodec.steps))

const golden = join(import.meta.dirname, "../golden")

const read = (...path: ReadonlyArray<string>): unknown =>
  JSON.parse(readFileSync(join(golden, ...path), "utf8"))

const decode = (stored: unknown): RecordedEvent.RecordedEvent =>
  Result.getOrThrowWith(codec.decode(stored), ({ message }) => new Error(message))

const isObject = Schema.is(Schema.Record(Schema.String, Schema.Unknown))

/** A stored event with some of its members replaced. */
const altered = (members: object): unknown => {
  const stored = read("v1", "Followed.json")
  return isObject(stored) ? { ...stored, ...members } : undefined
}

const complaint = (stored: unknown): string =>
  Result.match(codec.decode(stored), {
    onSuccess: () => "",
    onFailure: ({ message }) => message,
  })

describe("golden files", () => {
  test.each(Object.entries(EventCodec.currentVersions))(
    "%s has one for every version that was ever written",
    (type, current) => {
      for (let version = 1; version <= current; version++) {
        expect(decode(read(`v${version}`, `${type}.json`)).event._tag).toBe(type)
      }
    },
  )

  test("of version 1 read as what was written then", () => {
    const expected: Readonly<Record<string, RelationshipEvent.RelationshipEvent>> = {
      FollowRequested: RelationshipEvent.followRequested(false, true),
      Followed: RelationshipEvent.followed(true, false),
      FollowRequestApproved: RelationshipEvent.followRequestApproved,
      FollowRequestDenied: RelationshipEvent.followRequestDenied,
      FollowRequestCancelled: RelationshipEvent.followRequestCancelled,
      Unfollowed: RelationshipEvent.unfollowed,
      FollowerRemoved: RelationshipEvent.followerRemoved,
      RetweetsTurnedOn: RelationshipEvent.retweetsTurnedOn,
      RetweetsTurnedOff: RelationshipEvent.retweetsTurnedOff,
      NotificationsTurnedOn: RelationshipEvent.notificationsTurnedOn,
      NotificationsTurnedOff: RelationshipEvent.notificationsTurnedOff,
      Erased: RelationshipEvent.erased,
    }
    for (const [type, event] of Object.entries(expected)) {
      expect(decode(read("v1", `${type}.json`)).event).toEqual(event)
    }
    expect(readdirSync(join(golden, "v1")).toSorted()).toEqual(
      [...Object.keys(expected), "history"].map((name) => `${name}.json`).toSorted(),
    )
  })

  test("keep everything that is known of an event", () => {
    expect(decode(read("v1", "FollowRequested.json"))).toEqual({
      position: 101,
      id: "019b76da-a801-7000-8000-0123456789ab",
      source: "63046977",
      target: "2244994945",
      version: 1,
      time: 1_767_225_600_001,
      commandId: "3fa1c2de-1",
      correlationId: "conversation-7",
      causationId: "3fa1c2de-1",
      actor: "63046977",
      provenance: "confirmed",
      event: { _tag: "FollowRequested", retweets: false, notifications: true },
    })
    expect(decode(read("v1", "Unfollowed.json")).actor).toBeNull()
  })

  test("of a whole history fold to the state that it led to", () => {
    const History = Schema.Struct({
      relationship: Relationship.Relationship,
      version: Schema.Int,
      events: Schema.Array(Schema.Unknown),
    })
    const history = Schema.decodeUnknownSync(History)(read("v1", "history.json"))
    const events = history.events.map(decode)
    const state = Decider.fold(
      Decider.initial,
      events.map((recorded) => recorded.event),
    )
    expect(state).toEqual(history.relationship)
    expect(events.map((event) => event.version)).toEqual(events.map((_, index) => index + 1))
    expect(events.length).toBe(history.version)
    let before = Decider.initial
    for (const { event } of events) {
      const after = Decider.evolve(before, event)
      expect(after, event._tag).not.toBe(before)
      before = after
    }
  })

  test("of the newest version are what is written today", () => {
    for (const [type, version] of Object.entries(EventCodec.currentVersions)) {
      const stored = read(`v${version}`, `${type}.json`)
      expect(codec.encode(decode(stored))).toEqual(stored)
    }
  })
})

describe("the codec", () => {
  test("gives every event back from its stored form", () => {
    fc.assert(
      fc.property(Generators.recordedEvent, (recorded) => {
        const stored: unknown = JSON.parse(JSON.stringify(codec.encode(recorded)))
        expect(decode(stored)).toEqual(recorded)
      }),
      { numRuns: 500 },
    )
  })

  test("reports an event type that it does not know", () => {
    expect(complaint(altered({ type: "Muted", data: {} }))).toBe('unknown event type "Muted"')
    expect(complaint(altered({ type: "__proto__", data: {} }))).toBe(
      'unknown event type "__proto__"',
    )
    expect(complaint(altered({ type: "toString" }))).toBe('unknown event type "toString"')
  })

  test("reports a version that newer code wrote", () => {
    expect(complaint(altered({ v: 2 }))).toBe(
      "Followed of version 2 was written by newer code; this code reads up to version 1",
    )
  })

  test.each([
    ["no position", { position: undefined }],
    ["a position that is no number", { position: "1" }],
    ["an id of another kind", { id: "6ba7b810-9dad-11d1-80b4-00c04fd430c8" }],
    ["a user id with a leading zero", { source: "01" }],
    ["a version of 0 for its form", { v: 0 }],
    ["a preference that is missing", { data: { retweets: true } }],
    ["a preference that is no boolean", { data: { retweets: 1, notifications: false } }],
    ["no members", { data: null }],
    ["an unknown provenance", { provenance: "guessed" }],
    ["an empty command id", { commandId: "" }],
  ])("reports %s, and does not guess", (_, members) => {
    expect(complaint(altered(members))).not.toBe("")
  })

  test.each([[null], [undefined], [1], ["Followed"], [[]], [{}]])(
    "reports %j, which is no event at all",
    (stored) => {
      expect(complaint(stored)).not.toBe("")
    },
  )

  test("does not take a type from the members for the event's own", () => {
    const trick = altered({ data: { retweets: true, notifications: false, _tag: "Unfollowed" } })
    expect(Result.map(codec.decode(trick), ({ event }) => event._tag)).not.toEqual(
      Result.succeed("Unfollowed"),
    )
  })
})

describe("a payload that changed its form twice", () => {
  // In version 1 a follow had no preferences, in version 2 one list of what is muted.
  const steps: ReadonlyArray<Upcast.Step> = [
    { type: "Followed", from: 1, up: () => ({ muted: ["notifications"] }) },
    {
      type: "Followed",
      from: 2,
      up: ({ muted }) => {
        const names = Array.isArray(muted) ? muted : []
        return {
          retweets: !names.includes("retweets"),
          notifications: !names.includes("notifications"),
        }
      },
    },
  ]
  const versions = { ...EventCodec.currentVersions, Followed: 3 }
  const evolved = Result.getOrThrow(EventCodec.make(versions, steps))
  const read = (v: number, data: object) =>
    Result.map(evolved.decode(altered({ v, data })), ({ event }) => event)

  test("is read in all of its forms", () => {
    expect(read(1, {})).toEqual(Result.succeed(RelationshipEvent.followed(true, false)))
    expect(read(2, { muted: ["retweets"] })).toEqual(
      Result.succeed(RelationshipEvent.followed(false, true)),
    )
    expect(read(3, { retweets: false, notifications: false })).toEqual(
      Result.succeed(RelationshipEvent.followed(false, false)),
    )
  })

  test("is written in its newest form alone", () => {
    const recorded = Result.getOrThrow(evolved.decode(altered({ v: 1, data: {} })))
    expect(evolved.encode(recorded)).toMatchObject({
      type: "Followed",
      v: 3,
      data: { retweets: true, notifications: false },
    })
  })

  test("leaves the other payloads as they are", () => {
    const stored = altered({ type: "Unfollowed", v: 1, data: {} })
    expect(Result.map(evolved.decode(stored), ({ event }) => event._tag)).toEqual(
      Result.succeed("Unfollowed"),
    )
  })

  test("is reported from a version after the newest", () => {
    expect(Result.isFailure(read(4, {}))).toBe(true)
  })
})

describe("a chain of upcasts", () => {
  const up: Upcast.Step["up"] = (data) => data
  const step = (type: string, from: number): Upcast.Step => ({ type, from, up })
  const fault = (current: Readonly<Record<string, number>>, steps: ReadonlyArray<Upcast.Step>) =>
    Result.match(Upcast.make(current, steps), {
      onSuccess: () => "",
      onFailure: (message) => message,
    })

  test("is complete with one step from each version to the next", () => {
    expect(fault({ A: 1 }, [])).toBe("")
    expect(fault({ A: 3, B: 2 }, [step("A", 2), step("B", 1), step("A", 1)])).toBe("")
  })

  test.each([
    ["a step is missing", { A: 3 }, [step("A", 2)], "A from version 1: the step is missing"],
    ["the last step is missing", { A: 2 }, [], "A from version 1: the step is missing"],
    [
      "a step is given twice",
      { A: 2 },
      [step("A", 1), step("A", 1)],
      "A from version 1: the step is given twice",
    ],
    ["a step leads past the newest", { A: 1 }, [step("A", 1)], "A from version 1: the newest is 1"],
    [
      "a step begins before the first",
      { A: 1 },
      [step("A", 0)],
      "A from version 0: the newest is 1",
    ],
    ["a step is for no event", { A: 1 }, [step("B", 1)], "there is no event type B"],
    [
      "a step is for no event of ours",
      { A: 1 },
      [step("toString", 1)],
      "there is no event type toString",
    ],
  ])("is refused when %s", (_, current, steps, message) => {
    expect(fault(current, steps)).toBe(message)
  })

  test("is refused for the codec, too", () => {
    const versions = { ...EventCodec.currentVersions, Followed: 2 }
    expect(EventCodec.make(versions, [])).toEqual(
      Result.fail("Followed from version 1: the step is missing"),
    )
  })
})
