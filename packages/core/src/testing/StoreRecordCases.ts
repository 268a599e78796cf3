/**
 * Cases of what a store gives back: snapshots, ids, and payloads.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Event from "../RelationshipEvent.ts"
import * as UserId from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { keep, type Kept, logOf, look, onStore, type StoreCase } from "./StoreCase.ts"
import * as StoreModel from "./StoreModel.ts"
import { agrees } from "./StoreModelCases.ts"

const followed = Event.followed(true, false)

/** Every payload there is, in an order that can happen. */
const everything = [
  ...[false, true].flatMap((retweets) =>
    [false, true].flatMap((notifications) => [
      Event.followRequested(retweets, notifications),
      Event.followRequestDenied,
      Event.followed(retweets, notifications),
      Event.unfollowed,
    ]),
  ),
  Event.followRequested(false, false),
  Event.retweetsTurnedOn,
  Event.followRequestCancelled,
  Event.followRequested(true, true),
  Event.followRequestApproved,
  Event.retweetsTurnedOff,
  Event.notificationsTurnedOff,
  Event.notificationsTurnedOn,
  Event.followerRemoved,
]

/**
 * What a store gives back.
 *
 * @category constructors
 * @since 0.1.0
 */
export const recordCases: ReadonlyArray<StoreCase> = [
  onStore(
    "loads edges in the order asked, one of them twice",
    "The same edge may be asked for twice.",
    (store) =>
      Effect.gen(function* () {
        const [a, b, unknown] = yield* Effect.all([Fixtures.edge, Fixtures.edge, Fixtures.edge])
        const keptA = yield* keep(store, a, Fixtures.untouched, [followed])
        const keptB = yield* keep(store, b, Fixtures.untouched, [Event.followRequested(true, true)])
        const loaded = yield* store.load(
          [b, unknown, a, b].map((edge) => ({ edge, commandId: undefined })),
        )
        Check.equal(
          "snapshots come in the order asked",
          loaded.map(({ relationship, version }) => ({ relationship, version })),
          [keptB, undefined, keptA, keptB].map((kept) =>
            kept === undefined ? Fixtures.untouched : Fixtures.after(kept.change),
          ),
        )
      }),
  ),
  onStore(
    "keeps edges apart whose ids look alike",
    [
      "The snapshots of edges, in the order asked, and the records of command ids that are remembered.",
      "How many entries each list of a user has.",
    ],
    (store) =>
      Effect.gen(function* () {
        const [x, y] = yield* Effect.all([Fixtures.user, Fixtures.user])
        const body = x.slice(0, -1)
        const ids = (source: string, target: string) => ({
          source: UserId.make(source),
          target: UserId.make(target),
        })
        const edges = [
          ids(`${body}7`, y),
          // The same digits in a row, cut in another place.
          ids(body, `7${y}`),
          ids(y, `${body}7`),
          // Neighbours above 2^53: as JavaScript numbers at least two of the three are the same.
          ids(`${body}6`, y),
          ids(`${body}5`, y),
        ]
        const states = [
          Event.followed(true, true),
          Event.followed(false, false),
          Event.followRequested(true, false),
          Event.followRequested(false, true),
          Event.followed(false, true),
        ]
        const kept = yield* Effect.forEach(edges, (edge, index) =>
          keep(store, edge, Fixtures.untouched, states.slice(index, index + 1)),
        )
        const model = StoreModel.empty()
        for (const { change, position } of kept) StoreModel.apply(model, change, position)
        yield* agrees(store, model, (kept[0]?.position ?? 1) - 1, edges)
      }),
  ),
  onStore(
    "gives user ids of every length back as they were",
    "All events of an edge, oldest first; none for an unknown edge.",
    (store) =>
      Effect.gen(function* () {
        const ids = ["0", "7", "4294967296", "9007199254740993", "9223372036854775808"]
        for (const id of [...ids, "9999999999999999999"].map(UserId.make)) {
          const other = yield* Fixtures.user
          const kept = yield* keep(store, { source: other, target: id }, Fixtures.untouched, [
            followed,
          ])
          yield* keep(store, { source: id, target: other }, Fixtures.untouched, [
            Event.followRequested(true, false),
          ])
          const history = yield* store.history({ source: other, target: id })
          Check.equal("the history has it", history.map(Fixtures.plain), kept.events)
          for (const list of ["following", "requestsReceived"] as const) {
            const { entries } = yield* store.list(list, other, 10)
            Check.equal(
              `${list} has it`,
              entries.map((entry) => entry.user),
              [id],
            )
          }
        }
      }),
  ),
  onStore(
    "gives every event back as it was, with all that is known of it",
    [
      "`undefined`: the command id.",
      "Milliseconds since 1970, the same for all events of the change.",
    ],
    (store) =>
      Effect.gen(function* () {
        const edge = yield* Fixtures.edge
        const times = [0, 1, 1_767_225_600_123, 253_402_300_799_999]
        const provenances = ["decided", "confirmed", "observed"] as const
        let before: Parameters<typeof keep>[2] = Fixtures.untouched
        const expected: Array<unknown> = []
        let first = 0
        for (const [index, event] of everything.entries()) {
          const base = yield* Fixtures.commandId
          const commandId = index % 3 === 0 ? undefined : base
          const kept: Kept = yield* keep(store, edge, before, [event], {
            time: times[index % times.length] ?? 0,
            commandId,
            correlationId: index % 4 < 2 ? undefined : `${base}/conversation`,
            causationId: index % 5 < 3 ? undefined : `${base}#cause`,
            actor: [edge.source, edge.target, null][index % 3] ?? null,
            provenance: provenances[index % 3] ?? "decided",
          })
          if (index === 0) first = kept.position
          expected.push(...kept.events)
          before = kept
        }
        const history = yield* store.history(edge)
        Check.equal("the history has every event", history.map(Fixtures.plain), expected)
        const log = yield* logOf(store, first - 1, [edge.source])
        Check.equal("the log has every event", log, expected)
        Check.equal("the state is what they fold to", yield* look(store, edge), {
          relationship: before.relationship,
          version: everything.length,
        })
      }),
  ),
]
