/**
 * Cases of the lists and counts: who is in them, in which order, page by page in both directions.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { ListName } from "../Page.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, onStore, type Store, type StoreCase } from "./StoreCase.ts"

const followed = Event.followed(true, false)
const requested = Event.followRequested(true, false)
const listNames = ["following", "followers", "requestsSent", "requestsReceived"] as const

/** All four lists of a user, and the counts, which have to agree with them. */
const listsOf = (store: Store, user: UserId) =>
  Effect.gen(function* () {
    const slices = yield* Effect.forEach(listNames, (name) => store.list(name, user, 1000))
    const counts = yield* store.counts(user)
    Check.equal(
      "the counts are the lengths of the lists",
      listNames.map((name) => counts[name]),
      slices.map((slice) => slice.entries.length),
    )
    return Object.fromEntries(
      listNames.map((name, index) => [name, slices[index]?.entries.map((entry) => entry.user)]),
    )
  })

const none = { following: [], followers: [], requestsSent: [], requestsReceived: [] }

/**
 * Lists and counts.
 *
 * @category constructors
 * @since 0.1.0
 */
export const listCases: ReadonlyArray<StoreCase> = [
  onStore(
    "has four empty lists for a user that nobody knows",
    [
      "The lengths of a user's lists; zeros for an unknown user.",
      "How many entries each list of a user has.",
    ],
    (store) =>
      Effect.gen(function* () {
        const user = yield* Fixtures.user
        for (const name of listNames) {
          Check.equal(`${name} is empty`, yield* store.list(name, user, 10), {
            entries: [],
            older: false,
            newer: false,
          })
        }
        Check.equal("nobody is counted", yield* store.counts(user), {
          following: 0,
          followers: 0,
          requestsSent: 0,
          requestsReceived: 0,
        })
      }),
  ),
  onStore(
    "has every edge in the lists that its state says, and in no other",
    "The snapshot of an edge, its place in the lists and the counts are what its events fold to, at every moment that a reader can see.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const { source, target } = edge
        const is = (what: string, ofSource: object, ofTarget: object) =>
          Effect.gen(function* () {
            Check.equal(`${what}: the source's lists`, yield* listsOf(store, source), {
              ...none,
              ...ofSource,
            })
            Check.equal(`${what}: the target's lists`, yield* listsOf(store, target), {
              ...none,
              ...ofTarget,
            })
          })
        const pending = () =>
          is("Pending", { requestsSent: [target] }, { requestsReceived: [source] })
        const following = () => is("Following", { following: [target] }, { followers: [source] })
        const nobody = () => is("None", {}, {})
        let at = yield* keep(store, edge, Fixtures.untouched, [requested])
        yield* pending()
        at = yield* keep(store, edge, at, [Event.notificationsTurnedOn])
        yield* pending()
        at = yield* keep(store, edge, at, [Event.followRequestApproved])
        yield* following()
        at = yield* keep(store, edge, at, [Event.retweetsTurnedOff])
        yield* following()
        at = yield* keep(store, edge, at, [Event.unfollowed])
        yield* nobody()
        at = yield* keep(store, edge, at, [requested])
        at = yield* keep(store, edge, at, [Event.followRequestDenied])
        yield* nobody()
        at = yield* keep(store, edge, at, [requested])
        at = yield* keep(store, edge, at, [Event.followRequestCancelled])
        yield* nobody()
        at = yield* keep(store, edge, at, [followed])
        yield* following()
        // What an observation of a remote can come to: an end and a new request in one change.
        at = yield* keep(store, edge, at, [Event.unfollowed, requested])
        yield* pending()
        at = yield* keep(store, edge, at, [Event.followRequestCancelled, followed])
        yield* following()
        yield* keep(store, edge, at, [Event.followerRemoved])
        yield* nobody()
      }),
  ),
  onStore(
    "shows an edge with its state of now, at the place where it entered the list",
    "`since`: the position of the event that put the edge into this list, which orders the list: of `Followed` or `FollowRequestApproved` for the first two lists, of `FollowRequested` for the others.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const entry = (list: ListName, user: UserId) =>
          Effect.map(store.list(list, user, 10), (slice) => slice.entries)
        const asked = yield* keep(store, edge, Fixtures.untouched, [requested])
        Check.equal("a request is listed", yield* entry("requestsSent", edge.source), [
          {
            user: edge.target,
            relationship: Relationship.pending(true, false),
            since: asked.position,
          },
        ])
        const tuned = yield* keep(store, edge, asked, [
          Event.retweetsTurnedOff,
          Event.notificationsTurnedOn,
        ])
        Check.equal("a request stays where it began", yield* entry("requestsSent", edge.source), [
          {
            user: edge.target,
            relationship: Relationship.pending(false, true),
            since: asked.position,
          },
        ])
        const approved = yield* keep(store, edge, tuned, [
          Event.followRequestApproved,
          Event.retweetsTurnedOn,
        ])
        Check.equal("a follow begins at its approval", yield* entry("followers", edge.target), [
          {
            user: edge.source,
            relationship: Relationship.following(true, true),
            since: approved.position,
          },
        ])
        const again = yield* keep(store, edge, approved, [Event.unfollowed, followed])
        Check.equal("a new follow begins anew", yield* entry("following", edge.source), [
          {
            user: edge.target,
            relationship: Relationship.following(true, false),
            since: again.position + 1,
          },
        ])
      }),
  ),
  onStore(
    "lists newest first, whatever was tuned since",
    "Changing preferences moves nobody.",
    (store) =>
      Effect.gen(function* () {
        const [target, a, b, c] = yield* Effect.all([
          Fixtures.user,
          Fixtures.user,
          Fixtures.user,
          Fixtures.user,
        ])
        const follow = (source: UserId) =>
          keep(store, { source, target }, Fixtures.untouched, [followed])
        const [first, second, third] = [yield* follow(a), yield* follow(b), yield* follow(c)]
        yield* keep(store, first.change.edge, first, [Event.notificationsTurnedOn])
        yield* keep(store, second.change.edge, second, [Event.retweetsTurnedOff])
        const { entries } = yield* store.list("followers", target, 10)
        Check.equal(
          "nobody moved",
          entries.map(({ since, user }) => ({ user, since })),
          [
            { user: c, since: third.position },
            { user: b, since: second.position },
            { user: a, since: first.position },
          ],
        )
      }),
  ),
]
