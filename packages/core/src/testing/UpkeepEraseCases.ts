/**
 * Cases of erasing a user: what goes, what stays, and how others learn of it.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { put } from "./JournalCase.ts"
import { keep, logOf, look, newest } from "./StoreCase.ts"
import { finish, onKit, see, sound, type UpkeepCase } from "./UpkeepCase.ts"
import { circle, erasedAfter, tags, touches } from "./UpkeepFixtures.ts"

const followed = Event.followed(true, false)

/**
 * Erasing a user.
 *
 * @category constructors
 * @since 0.1.0
 */
export const eraseCases: ReadonlyArray<UpkeepCase> = [
  onKit(
    "erases every event of a user's edges, in both directions, and leaves one tombstone on each",
    [
      "Erases a user: every event of every edge from or to the user goes, and so does the memory of command ids on them.",
      "On each such edge one `Erased` stays as a tombstone, with the edge's next version and a position of its own at the end of the log, so that those who follow the log learn of it.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const { edges, kept, own, start, user } = yield* circle(kit)
        const last = yield* newest(kit.store, start)
        yield* finish(kit.upkeep.erase(user))
        const sources = edges.map(({ source }) => source)
        const log = (yield* logOf(kit.store, start, sources)).filter(touches(user))
        Check.equal(
          "only tombstones are left in the log",
          tags(log),
          own.map(() => "Erased"),
        )
        Check.holds(
          "they are at the end of the log",
          log.every(({ position }) => position > last),
        )
        for (const { change, events } of kept) {
          const isOwn = touches(user)(change.edge)
          const history = yield* kit.store.history(change.edge)
          Check.equal(
            "a tombstone is all of the history",
            tags(history),
            isOwn ? ["Erased"] : tags(events),
          )
          Check.equal(
            "the edge has its next version",
            yield* look(kit.store, change.edge),
            isOwn ? erasedAfter(events.length) : Fixtures.after(change),
          )
          const [tombstone] = history
          if (!isOwn || tombstone === undefined) continue
          Check.equal("the tombstone too", tombstone.version, events.length + 1)
          Check.equal("nobody acted", tombstone.actor, null)
          Check.equal(
            "the log has the tombstone as the history has it",
            log.filter(({ id }) => id === tombstone.id),
            [Fixtures.plain(tombstone)],
          )
        }
        yield* sound(kit)
      }),
  ),
  onKit(
    "takes an erased user out of the lists and counts of others",
    "Erases a user: every event of every edge from or to the user goes, and so does the memory of command ids on them.",
    (kit) =>
      Effect.gen(function* () {
        const { edges, others, start, user } = yield* circle(kit)
        yield* finish(kit.upkeep.erase(user))
        const { counts, lists } = yield* see(kit.store, edges, start)
        Check.holds(
          "nobody has the user in a list",
          lists.every((entries) => entries.every((entry) => entry.user !== user)),
        )
        Check.equal(
          "the lists still have the others",
          Array.from(
            new Set(lists.flatMap((entries) => entries.map((entry) => entry.user))),
            String,
          ).toSorted(),
          others.map(String).toSorted(),
        )
        const total = { followers: 0, following: 0, requestsReceived: 0, requestsSent: 0 }
        for (const each of counts) {
          total.followers += each.followers
          total.following += each.following
          total.requestsReceived += each.requestsReceived
          total.requestsSent += each.requestsSent
        }
        Check.equal("the counts have only the others", total, {
          followers: 1,
          following: 1,
          requestsReceived: 1,
          requestsSent: 1,
        })
      }),
  ),
  onKit(
    "forgets the command ids on a user's edges, those without events too, and no others",
    "Erases a user: every event of every edge from or to the user goes, and so does the memory of command ids on them.",
    (kit) =>
      Effect.gen(function* () {
        const { kept, others, user } = yield* circle(kit)
        const idle = yield* Effect.forEach(others, (other) =>
          Effect.flatMap(Fixtures.commandId, (commandId) =>
            Effect.flatMap(Fixtures.edge, ({ source }) =>
              // The first of them on an edge of the user that nothing ever happened to.
              keep(
                kit.store,
                other === others[0] ? { source: user, target: source } : { source, target: other },
                Fixtures.untouched,
                [],
                { commandId },
              ),
            ),
          ),
        )
        yield* finish(kit.upkeep.erase(user))
        for (const { change, events } of [...kept, ...idle]) {
          const { commandId, edge } = change
          const [loaded] = yield* kit.store.load([{ edge, commandId }])
          const isOwn = touches(user)(edge)
          Check.equal(
            isOwn ? "a command id of the user is forgotten" : "one of others is remembered",
            loaded?.record?.events.map(Fixtures.plain),
            isOwn ? undefined : events,
          )
        }
        const [gone] = kept
        if (gone === undefined) return
        const edge = yield* Fixtures.edge
        const { commandId } = gone.change
        yield* keep(kit.store, edge, Fixtures.untouched, [followed], { commandId })
      }),
  ),
  onKit(
    "leaves the events of others where they are, and takes the user's name off them",
    ["Positions of others stay as they are.", "The user is redacted as `actor` of other edges."],
    (kit) =>
      Effect.gen(function* () {
        const { others, start, user } = yield* circle(kit)
        const [edge, commandId] = yield* Effect.all([Fixtures.edge, Fixtures.commandId])
        const acted = yield* keep(
          kit.store,
          edge,
          Fixtures.untouched,
          [followed, Event.retweetsTurnedOff],
          { actor: user, commandId },
        )
        const other = yield* keep(kit.store, edge, acted, [Event.unfollowed], {
          actor: others[0] ?? null,
        })
        const sources = [...others, edge.source]
        const before = (yield* logOf(kit.store, start, sources)).filter((it) => !touches(user)(it))
        yield* finish(kit.upkeep.erase(user))
        const after = (yield* logOf(kit.store, start, sources)).filter((it) => !touches(user)(it))
        const redacted = before.map((it) => (it.actor === user ? { ...it, actor: null } : it))
        Check.equal("the others' events are as they were, without the user's name", after, redacted)
        const history = yield* kit.store.history(edge)
        Check.equal(
          "the history names the others alone",
          history.map(({ actor }) => actor),
          [null, null, others[0] ?? null],
        )
        const [loaded] = yield* kit.store.load([{ edge, commandId }])
        Check.equal(
          "the memory of the command does not name the user either",
          loaded?.record?.events.map(({ actor }) => actor),
          [null, null],
        )
        Check.equal("the edge stays", yield* look(kit.store, edge), Fixtures.after(other.change))
      }),
  ),
  onKit(
    "leaves the journal as it is when a user is erased",
    "What others kept on their side, and the entries of the `Journal`, stay.",
    (kit) =>
      Effect.gen(function* () {
        const { user } = yield* circle(kit)
        const entry = yield* put(kit.journal, `grant/${user}`, user)
        yield* finish(kit.upkeep.erase(user))
        Check.equal("the entry is there", yield* kit.journal.read([entry.key]), [entry])
      }),
  ),
]
