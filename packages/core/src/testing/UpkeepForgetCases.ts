/**
 * Cases of forgetting command ids and tombstones, and of removing everything.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Edge } from "../Edge.ts"
import * as Relationship from "../Relationship.ts"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { look as lookUp, place, put } from "./JournalCase.ts"
import { keep, logOf, look, newest } from "./StoreCase.ts"
import { finish, here, type Kit, onKit, see, sound, type UpkeepCase } from "./UpkeepCase.ts"

const followed = Event.followed(true, false)

/** Behind all times of other cases. */
const endOfTime = 253_402_300_799_999
const noon = 1_893_499_200_000

/** An edge whose user was erased, and its tombstone. */
const tombstoneOf = (kit: Kit) =>
  Effect.gen(function* () {
    const [edge, other] = yield* Effect.all([Fixtures.edge, Fixtures.user])
    const reverse = { source: other, target: edge.source }
    yield* keep(kit.store, edge, Fixtures.untouched, [followed, Event.unfollowed])
    yield* keep(kit.store, reverse, Fixtures.untouched, [followed])
    yield* finish(kit.upkeep.erase(edge.source))
    const [tombstone] = yield* kit.store.history(edge)
    if (tombstone === undefined) throw new Check.Mismatch("there is a tombstone", 1, 0)
    return { edge, reverse, tombstone }
  })

const isRemembered = ({ store }: Kit, edge: Edge, commandId: string | undefined) =>
  Effect.map(store.load([{ edge, commandId }]), ([loaded]) => loaded?.record !== undefined)

/**
 * Forgetting and clearing.
 *
 * @category constructors
 * @since 0.1.0
 */
export const forgetCases: ReadonlyArray<UpkeepCase> = [
  onKit(
    "forgets the ids of commands from before a moment, and remembers newer ones",
    [
      "Forgets the ids of commands that were carried out before a moment, in milliseconds since 1970, and the tombstones of that time, with which the last trace of an erased user goes.",
      "How many command ids and tombstones were forgotten.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const start = yield* here(kit)
        yield* kit.upkeep.forget(endOfTime)
        const times = [0, noon - 1, noon, noon + 1]
        const kept = yield* Effect.forEach(times, (time) =>
          Effect.all([Fixtures.edge, Fixtures.commandId]).pipe(
            Effect.flatMap(([edge, commandId]) =>
              keep(kit.store, edge, Fixtures.untouched, time === 0 ? [] : [followed], {
                commandId,
                time,
              }),
            ),
          ),
        )
        const edges = kept.map(({ change }) => change.edge)
        const before = yield* see(kit.store, edges, start)
        Check.equal("two were older", yield* kit.upkeep.forget(noon), {
          commandIds: 2,
          tombstones: 0,
        })
        Check.equal("and are gone now", yield* kit.upkeep.forget(noon), {
          commandIds: 0,
          tombstones: 0,
        })
        const remembered = yield* Effect.forEach(kept, ({ change }) =>
          isRemembered(kit, change.edge, change.commandId),
        )
        Check.equal("the newer ones are remembered", remembered, [false, false, true, true])
        const after = yield* see(kit.store, edges, start)
        Check.equal("no event is forgotten", after, before)
        for (const [index, { change }] of kept.entries()) {
          const edge = yield* Fixtures.edge
          const { commandId } = change
          const again = yield* Fixtures.change(edge, Fixtures.untouched, [followed], { commandId })
          const [outcome] = yield* kit.store.commit([again])
          Check.equal(
            "a command id that was forgotten is as good as new",
            outcome?._tag,
            index < 2 ? "Committed" : "Repeated",
          )
        }
        yield* sound(kit)
      }),
  ),
  onKit(
    "forgets the tombstones from before a moment, and lets their edges begin anew",
    [
      "An edge whose tombstone is forgotten begins anew at version 1.",
      "Forgets the ids of commands that were carried out before a moment, in milliseconds since 1970, and the tombstones of that time, with which the last trace of an erased user goes.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const start = yield* here(kit)
        yield* kit.upkeep.forget(endOfTime)
        const { edge, reverse } = yield* tombstoneOf(kit)
        const last = yield* newest(kit.store, start)
        // They may be of two milliseconds.
        const stones = yield* logOf(kit.store, start, [edge.source, reverse.source])
        const first = Math.min(...stones.map(({ time }) => time))
        const early = yield* kit.upkeep.forget(first)
        Check.equal("a tombstone is not older than itself", early.tombstones, 0)
        Check.equal("it stays", yield* look(kit.store, edge), {
          relationship: Relationship.none,
          version: 3,
        })
        const late = yield* kit.upkeep.forget(endOfTime)
        Check.equal("both tombstones go", late.tombstones, 2)
        for (const each of [edge, reverse]) {
          Check.equal("the edge is new", yield* look(kit.store, each), Fixtures.untouched)
          Check.equal("without a history", yield* kit.store.history(each), [])
        }
        Check.equal(
          "nothing of it is in the log",
          yield* logOf(kit.store, start, [edge.source, reverse.source]),
          [],
        )
        yield* sound(kit)
        const kept = yield* keep(kit.store, edge, Fixtures.untouched, [followed])
        Check.holds("positions go on", kept.position > last)
        Check.equal(
          "the edge begins at version 1",
          (yield* kit.store.history(edge)).map(Fixtures.plain),
          kept.events,
        )
        yield* finish(kit.upkeep.rebuild)
        yield* sound(kit)
        Check.equal("for good", yield* look(kit.store, edge), Fixtures.after(kept.change))
      }),
  ),
  onKit(
    "takes nothing from an edge that went on after its tombstone",
    "An edge whose tombstone is forgotten begins anew at version 1.",
    (kit) =>
      Effect.gen(function* () {
        const { edge, tombstone } = yield* tombstoneOf(kit)
        const kept = yield* keep(
          kit.store,
          edge,
          { relationship: Relationship.none, version: tombstone.version },
          [followed],
        )
        yield* kit.upkeep.forget(endOfTime)
        Check.equal("it stays", yield* look(kit.store, edge), Fixtures.after(kept.change))
        const history = yield* kit.store.history(edge)
        Check.equal("what came since is there", history.map(Fixtures.plain).slice(-1), kept.events)
        Check.equal("and listed", (yield* kit.store.counts(edge.target)).followers, 1)
        yield* sound(kit)
        yield* finish(kit.upkeep.rebuild)
        Check.equal("for good", yield* look(kit.store, edge), Fixtures.after(kept.change))
      }),
  ),
  onKit(
    "clears everything but the journal, and lets positions go on",
    [
      "Removes all events, what is derived from them, and the memory of command ids, in one step.",
      "The entries of the `Journal` stay: they are their owners' to delete.",
      "Positions go on where they were, so that nobody who follows the log takes the new for the old.",
    ],
    (kit) =>
      Effect.gen(function* () {
        const own = yield* place
        const [edge, other] = yield* Effect.all([Fixtures.edge, Fixtures.edge])
        const commandId = yield* Fixtures.commandId
        const waiting = [Event.followRequested(true, false)]
        yield* keep(kit.store, edge, Fixtures.untouched, [followed], { commandId })
        const { position } = yield* keep(kit.store, other, Fixtures.untouched, waiting)
        const entry = yield* put(kit.journal, `${own}key`, "value")
        yield* kit.upkeep.clear
        const { counts, histories, lists, log, snapshots } = yield* see(kit.store, [edge, other], 0)
        Check.equal("no edge is left", snapshots, [Fixtures.untouched, Fixtures.untouched])
        Check.equal("no event", [histories.flat(), log], [[], []])
        Check.equal("no entry of a list", lists.flat(), [])
        Check.holds(
          "nothing to count",
          counts.every((each) => Object.values(each).every((count) => count === 0)),
        )
        Check.equal("the log is empty", yield* kit.store.log(0, 10), [])
        Check.equal("no command id", yield* isRemembered(kit, edge, commandId), false)
        Check.equal("the journal stays", yield* lookUp(kit.journal, entry.key), [entry])
        yield* sound(kit)
        const anew = yield* keep(kit.store, edge, Fixtures.untouched, [followed], { commandId })
        Check.holds("positions go on", anew.position > position)
        Check.equal(
          "the new is all there is",
          (yield* kit.store.log(0, 10)).map(Fixtures.plain),
          anew.events,
        )
        Check.equal("and follows the old", yield* newest(kit.store, position), anew.position)
        yield* sound(kit)
      }),
  ),
  onKit(
    "checks, rebuilds, erases and forgets nothing in a store that has nothing",
    "The store is sound when no fault came.",
    (kit) =>
      Effect.gen(function* () {
        yield* kit.upkeep.clear
        yield* finish(kit.upkeep.rebuild)
        yield* finish(kit.upkeep.erase(yield* Fixtures.user))
        Check.equal("nothing is forgotten", yield* kit.upkeep.forget(endOfTime), {
          commandIds: 0,
          tombstones: 0,
        })
        yield* kit.upkeep.clear
        yield* sound(kit)
        Check.equal("nothing came to be", yield* kit.store.log(0, 10), [])
      }),
  ),
]
