/**
 * Cases of the memory for command ids.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Event from "../RelationshipEvent.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, look, logOf, onStore, type StoreCase } from "./StoreCase.ts"

const followed = Event.followed(true, false)

const tags = (outcomes: ReadonlyArray<{ readonly _tag: string }>): ReadonlyArray<string> =>
  outcomes.map((outcome) => outcome._tag)

/**
 * Command ids and what is remembered under them.
 *
 * @category constructors
 * @since 0.1.0
 */
export const commandCases: ReadonlyArray<StoreCase> = [
  onStore(
    "keeps the command id alone of a change without events",
    [
      "A change without events keeps the command id alone, and is in conflict like any other when the edge has moved on.",
      "Empty when only the command id is to be remembered.",
      "0 when there were no events.",
    ],
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const kept = yield* keep(store, edge, Fixtures.untouched, [followed])
        const [commandId, late] = yield* Effect.all([Fixtures.commandId, Fixtures.commandId])
        const nothing = yield* Fixtures.change(edge, kept, [], { commandId, attempts: 2 })
        Check.equal("it is committed, at no position", yield* store.commit([nothing]), [
          { _tag: "Committed", position: 0 },
        ])
        Check.equal("the edge stays", yield* look(store, edge), Fixtures.after(kept.change))
        Check.equal(
          "the log stays",
          yield* logOf(store, kept.position - 1, [edge.source]),
          kept.events,
        )
        const [loaded] = yield* store.load([{ edge, commandId }])
        Check.equal("its command id is remembered", loaded?.record, {
          fingerprint: nothing.fingerprint,
          relationship: kept.relationship,
          version: 1,
          attempts: 2,
          events: [],
        })
        const stale = yield* Fixtures.change(edge, Fixtures.untouched, [], { commandId: late })
        Check.equal("a stale one is in conflict", yield* store.commit([stale]), [
          { _tag: "Conflict", current: Fixtures.after(kept.change) },
        ])
        const [unknown] = yield* store.load([{ edge, commandId: late }])
        Check.equal("and its command id is not kept", unknown?.record, undefined)
      }),
  ),
  onStore(
    "answers the second of two changes with one command id in a batch as a repeat",
    "A later change sees the earlier ones, so one batch may hold a chain of changes to one edge.",
    (store) =>
      Effect.gen(function* () {
        const [edge, other] = yield* Effect.all([Fixtures.edge, Fixtures.edge])
        const commandId = yield* Fixtures.commandId
        const first = yield* Fixtures.change(edge, Fixtures.untouched, [followed], { commandId })
        const second = yield* Fixtures.change(other, Fixtures.untouched, [followed], { commandId })
        const outcomes = yield* store.commit([first, second, first])
        Check.equal("one is kept", tags(outcomes), ["Committed", "Repeated", "Repeated"])
        Check.equal("the other edge is untouched", yield* look(store, other), Fixtures.untouched)
      }),
  ),
  onStore(
    "lets exactly one of two concurrent changes with one command id win",
    "`Repeated`: nothing is kept, because the command id is remembered.",
    (store) =>
      Effect.gen(function* () {
        for (let round = 0; round < 10; round++) {
          const commandId = yield* Fixtures.commandId
          const changes = yield* Effect.replicateEffect(
            Effect.flatMap(Fixtures.edge, (edge) =>
              Fixtures.change(edge, Fixtures.untouched, [followed], { commandId }),
            ),
            4,
          )
          const outcomes = yield* Effect.forEach(changes, (change) => store.commit([change]), {
            concurrency: "unbounded",
          })
          Check.equal("one wins", tags(outcomes.flat()).toSorted(), [
            "Committed",
            "Repeated",
            "Repeated",
            "Repeated",
          ])
          const edges = yield* Effect.forEach(changes, ({ edge }) => look(store, edge))
          Check.equal("one edge changed", edges.filter((edge) => edge.version > 0).length, 1)
        }
      }),
  ),
  onStore(
    "takes every command id that a caller may choose, and tells them apart",
    [
      "Present when the command id asked for is remembered.",
      "Tells a repeated command from another one under the same id.",
    ],
    (store) =>
      Effect.gen(function* () {
        const stem = yield* Fixtures.commandId
        const odd = Array.from({ length: 94 }, (_, code) => String.fromCharCode(33 + code)).join("")
        const ids = [
          stem,
          stem.toUpperCase(),
          `${stem}%`,
          `${stem}_`,
          `${stem}${odd}`,
          stem.padEnd(128, "x"),
          stem.padEnd(127, "x"),
        ]
        const kept = yield* Effect.forEach(ids, (commandId, index) =>
          Effect.flatMap(Fixtures.edge, (edge) =>
            keep(store, edge, Fixtures.untouched, [followed], {
              commandId,
              correlationId: ids.at(-1 - index),
              causationId: ids.at(index - 1),
            }),
          ),
        )
        const edge = yield* Fixtures.edge
        const loaded = yield* store.load(ids.map((commandId) => ({ edge, commandId })))
        Check.equal(
          "each has its own record",
          loaded.map(({ record }) => [record?.fingerprint, record?.events.map(Fixtures.plain)]),
          kept.map(({ change, events }) => [change.fingerprint, events]),
        )
      }),
  ),
  onStore(
    "keeps no command id where the caller gave none",
    "`undefined`: not the caller's; the events carry the id of the first of them, nothing else is kept.",
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const kept = yield* keep(store, edge, Fixtures.untouched, [
          followed,
          Event.retweetsTurnedOff,
        ])
        const id = kept.change.events[0]?.id ?? ""
        const history = yield* store.history(edge)
        Check.equal(
          "both events carry the id of the first",
          history.map((it) => [it.commandId, it.correlationId, it.causationId]),
          [
            [id, id, id],
            [id, id, id],
          ],
        )
        const [loaded] = yield* store.load([{ edge, commandId: id }])
        Check.equal("it is not remembered as a command", loaded?.record, undefined)
      }),
  ),
  onStore(
    "carries a command id without remembering it where there is no fingerprint",
    "`undefined`: the events carry the command id, which is neither looked up nor remembered.",
    (store) =>
      Effect.gen(function* () {
        const [edge, other] = yield* Effect.all([Fixtures.edge, Fixtures.edge])
        const commandId = yield* Fixtures.commandId
        const carried = { commandId, fingerprint: undefined }
        const events = [followed, Event.notificationsTurnedOn]
        const one = yield* Fixtures.change(edge, Fixtures.untouched, events, carried)
        const two = yield* Fixtures.change(other, Fixtures.untouched, [followed], carried)
        const three = yield* Fixtures.change(edge, Fixtures.after(one), [Event.unfollowed], carried)
        const outcomes = yield* store.commit([one, two, three])
        Check.equal("none is a repeat of the other", tags(outcomes), [
          "Committed",
          "Committed",
          "Committed",
        ])
        const history = yield* store.history(edge)
        Check.equal(
          "the events carry it",
          history.map((it) => [it.commandId, it.correlationId, it.causationId]),
          history.map(() => [commandId, commandId, commandId]),
        )
        const [unknown] = yield* store.load([{ edge, commandId }])
        Check.equal("it is not remembered", unknown?.record, undefined)
        const late = yield* Fixtures.change(other, Fixtures.untouched, [followed], carried)
        Check.equal("a stale one is in conflict", yield* store.commit([late]), [
          { _tag: "Conflict", current: Fixtures.after(two) },
        ])
        const kept = yield* keep(store, other, Fixtures.after(two), [Event.unfollowed], {
          commandId,
        })
        const [loaded] = yield* store.load([{ edge: other, commandId }])
        Check.equal(
          "a command that is to be remembered is",
          loaded?.record?.events.map(Fixtures.plain),
          kept.events,
        )
        yield* keep(store, other, kept, [followed], carried)
        const [first] = yield* store.load([{ edge: other, commandId }])
        Check.equal(
          "and stays as it was, whoever carries its id",
          first?.record?.events.map(Fixtures.plain),
          kept.events,
        )
      }),
  ),
  onStore(
    "remembers a command id while others come",
    "How a command with an id ended, so that its repetition can be answered alike.",
    (store, bench) =>
      Effect.gen(function* () {
        const others = Math.min(bench.supports.commandMemory - 1, 2000)
        const edge = yield* Fixtures.edge
        const commandId = yield* Fixtures.commandId
        yield* keep(store, edge, Fixtures.untouched, [followed], { commandId })
        const busy = yield* Fixtures.edge
        const changes = yield* Effect.replicateEffect(
          Effect.flatMap(Fixtures.commandId, (id) =>
            Fixtures.change(busy, Fixtures.untouched, [], { commandId: id }),
          ),
          others,
        )
        for (let from = 0; from < others; from += 500) {
          yield* store.commit(changes.slice(from, from + 500))
        }
        const ids = [commandId, ...changes.map((change) => change.commandId)]
        const loaded = yield* store.load(ids.map((id) => ({ edge, commandId: id })))
        Check.equal(
          "all of them are remembered",
          loaded.filter((it) => it.record === undefined).length,
          0,
        )
      }),
  ),
]
