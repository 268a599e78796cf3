import { Decider, Reconciliation, Relationship, RelationshipEvent as Event } from "@kith/core"
import { Generators } from "@kith/core/testing"
import { describe, expect, test } from "vitest"

type State = Relationship.Relationship
type Observation = Reconciliation.Observation

/** What a state looks like to one who observed just so much. */
const shows = (state: State, observed: Observation): boolean => {
  if (state._tag === "None" || observed._tag === "None") return state._tag === observed._tag
  return (
    state._tag === observed._tag &&
    (observed.retweets ?? state.retweets) === state.retweets &&
    (observed.notifications ?? state.notifications) === state.notifications
  )
}

/**
 * The state that an observation stands for, when it was `before`: what was not seen is as it was
 * while the follow or request goes on, and at its defaults in a new one.
 */
const meant = (before: State, observed: Observation): State => {
  if (observed._tag === "None") return Relationship.none
  const isNew =
    before._tag === "None" || (before._tag === "Following" && observed._tag === "Pending")
  const old = isNew ? { retweets: true, notifications: false } : before
  const make = observed._tag === "Pending" ? Relationship.pending : Relationship.following
  return make(observed.retweets ?? old.retweets, observed.notifications ?? old.notifications)
}

/** How many events it takes at least, by looking at everything that can happen. */
const distance = (from: State, to: State): number => {
  let reached = new Set([from])
  for (let steps = 0; ; steps++) {
    if (reached.has(to)) return steps
    reached = new Set(
      Array.from(reached).flatMap((state) =>
        Event.all.map((event) => Decider.evolve(state, event)),
      ),
    )
  }
}

const pairs = Relationship.all.flatMap((state) =>
  Generators.allObservations.map((observed) => ({ state, observed })),
)

describe("reconcile", () => {
  test("has nine states and nineteen observations to bring together", () => {
    expect(pairs.length).toBe(9 * 19)
  })

  test("leads from every state to what every observation showed", () => {
    for (const { observed, state } of pairs) {
      const after = Decider.fold(state, Reconciliation.reconcile(state, observed))
      expect(shows(after, observed), JSON.stringify({ state, observed, after })).toBe(true)
      expect(after, JSON.stringify({ state, observed })).toBe(meant(state, observed))
    }
  })

  test("gives the shortest list of events that does", () => {
    for (const { observed, state } of pairs) {
      const events = Reconciliation.reconcile(state, observed)
      const what = JSON.stringify({ state, observed, events })
      expect(events.length, what).toBe(distance(state, meant(state, observed)))
    }
  })

  test("gives events each of which changes the state", () => {
    for (const { observed, state } of pairs) {
      let before = state
      for (const event of Reconciliation.reconcile(state, observed)) {
        const after = Decider.evolve(before, event)
        expect(after, JSON.stringify({ state, observed, event })).not.toBe(before)
        before = after
      }
    }
  })

  test("has nothing to do a second time", () => {
    for (const { observed, state } of pairs) {
      const after = Decider.fold(state, Reconciliation.reconcile(state, observed))
      expect(Reconciliation.reconcile(after, observed)).toEqual([])
    }
  })

  test("records an end whose author was not seen as the source's own", () => {
    const none = { _tag: "None" } as const
    expect(Reconciliation.reconcile(Relationship.following(true, true), none)).toEqual([
      Event.unfollowed,
    ])
    expect(Reconciliation.reconcile(Relationship.pending(true, true), none)).toEqual([
      Event.followRequestCancelled,
    ])
  })

  test("takes a request that was found as a follow for approved, with what was not seen", () => {
    const seen = { _tag: "Following" } as const
    expect(Reconciliation.reconcile(Relationship.pending(false, true), seen)).toEqual([
      Event.followRequestApproved,
    ])
  })
})
