/**
 * Races on purpose: fast-check's scheduler decides which operation of a store goes on next.
 *
 * Two services share a store that is {@link scheduled}, as two processes would; fast-check tries orders
 * and shrinks to the one that goes wrong.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import * as fc from "fast-check"

import * as Command from "../Command.ts"
import { Directory } from "../Directory.ts"
import type { Edge } from "../Edge.ts"
import * as Facts from "../Facts.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import { makeStore } from "../Relationships.ts"
import { RelationshipStore } from "../RelationshipStore.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as Generators from "./Generators.ts"
import { type Done, linearizable } from "./Linearizable.ts"
import { scheduled } from "./ScheduledStore.ts"
import { keepOne, logOf, type Store } from "./StoreCase.ts"

export { scheduled } from "./ScheduledStore.ts"

/** Every target approves its followers one by one or none does; nobody blocks anybody. */
const directory = (facts: Facts.Facts) =>
  Layer.succeed(Directory)({ facts: (edges) => Effect.succeed(edges.map(() => facts)) })

const service = (store: Store, facts: Facts.Facts) =>
  makeStore({ maxAttempts: 50 }).pipe(
    Effect.provideService(RelationshipStore, store),
    Effect.provide(directory(facts)),
  )

/** Drives an effect whose operations wait for the scheduler. */
const drive = <A>(scheduler: fc.Scheduler, effect: Effect.Effect<A, unknown>): Promise<A> =>
  scheduler.waitFor(Effect.runPromise(effect))

const facts = fc.constantFrom(Facts.open, Facts.guarded)

const on = (edge: Edge, command: Command.Command): Command.Command => ({ ...command, ...edge })

/**
 * Several commands on one edge through two services at the same time.
 *
 * @category laws
 * @since 0.1.0
 */
export const commandsOnOneEdge = (store: Store) =>
  fc.asyncProperty(
    fc.scheduler(),
    facts,
    fc.array(Generators.command(), { minLength: 2, maxLength: 5 }),
    async (scheduler, facts, commands) => {
      const edge = await Effect.runPromise(Fixtures.edge)
      const done = await drive(
        scheduler,
        Effect.scoped(
          Effect.gen(function* () {
            const shared = scheduled(scheduler, store)
            const services = [yield* service(shared, facts), yield* service(shared, facts)] as const
            return yield* Effect.forEach(
              commands.map((command) => on(edge, command)),
              (command, index) =>
                services[index % 2 === 0 ? 0 : 1].execute(command).pipe(
                  Effect.result,
                  Effect.map((outcome) => ({ command, outcome })),
                ),
              { concurrency: "unbounded" },
            )
          }),
        ),
      )
      linearizable(await Effect.runPromise(store.history(edge)), done, facts)
    },
  )

/**
 * Two batches through two services that overlap in edges and command ids.
 *
 * @category laws
 * @since 0.1.0
 */
export const overlappingBatches = (store: Store) =>
  fc.asyncProperty(
    fc.scheduler(),
    facts,
    fc.array(
      fc.record({
        edge: fc.nat(2),
        command: Generators.command(),
        id: fc.option(fc.nat(3), { nil: undefined }),
      }),
      { minLength: 2, maxLength: 8 },
    ),
    fc.nat(8),
    async (scheduler, facts, list, cut) => {
      const edges = await Effect.runPromise(Effect.replicateEffect(Fixtures.edge, 3))
      const ids = await Effect.runPromise(Effect.replicateEffect(Fixtures.commandId, 4))
      const commands = list.flatMap(({ command, edge, id }) => {
        const own = edges[edge]
        if (own === undefined) return []
        return [[on(own, command), { commandId: id === undefined ? undefined : ids[id] }] as const]
      })
      const outcomes = await drive(
        scheduler,
        Effect.scoped(
          Effect.gen(function* () {
            const shared = scheduled(scheduler, store)
            const [one, two] = [yield* service(shared, facts), yield* service(shared, facts)]
            const [left, right] = yield* Effect.all(
              [one.executeAll(commands.slice(0, cut)), two.executeAll(commands.slice(cut))],
              { concurrency: "unbounded" },
            )
            return [...left, ...right]
          }),
        ),
      )
      Check.equal("each command has an answer", outcomes.length, commands.length)
      const byEdge = new Map<UserId, Map<string, Done>>()
      for (const [index, [command, { commandId }]] of commands.entries()) {
        const outcome = outcomes[index]
        if (outcome === undefined) continue
        if (Result.isFailure(outcome) && outcome.failure._tag === "CommandIdReused") {
          const isUsed = commands.some(
            ([other, options]) =>
              options.commandId === commandId &&
              Command.fingerprint(other) !== Command.fingerprint(command),
          )
          Check.holds("an id counts as used only where it was", isUsed)
          continue
        }
        const ofEdge = byEdge.get(command.source) ?? new Map<string, Done>()
        byEdge.set(command.source, ofEdge)
        // A receipt that comes twice, under one command id, is one command that was carried out.
        const isReceipt = Result.isSuccess(outcome) && commandId !== undefined
        const name = isReceipt ? commandId : `command ${index}`
        const earlier = ofEdge.get(name)
        if (
          earlier !== undefined &&
          Result.isSuccess(earlier.outcome) &&
          Result.isSuccess(outcome)
        ) {
          Check.equal(
            "one command id has one receipt",
            outcome.success.events.map(Fixtures.plain),
            earlier.outcome.success.events.map(Fixtures.plain),
          )
        }
        ofEdge.set(name, { command, outcome })
      }
      for (const edge of edges) {
        const history = await Effect.runPromise(store.history(edge))
        linearizable(history, Array.from(byEdge.get(edge.source)?.values() ?? []), facts)
      }
    },
  )

/**
 * A reader that follows `changes` while two services write.
 *
 * @category laws
 * @since 0.1.0
 */
export const readerDuringWriters = (store: Store) =>
  fc.asyncProperty(
    fc.scheduler(),
    fc.array(Generators.command(), { minLength: 1, maxLength: 6 }),
    async (scheduler, commands) => {
      const edges = await Effect.runPromise(Effect.replicateEffect(Fixtures.edge, 2))
      const { position } = await Effect.runPromise(keepOne(store))
      const end = await Effect.runPromise(Fixtures.edge)
      const seen: Array<RecordedEvent> = []
      const writing = Effect.gen(function* () {
        const shared = scheduled(scheduler, store)
        const services = [yield* service(shared, Facts.open), yield* service(shared, Facts.open)]
        yield* Effect.forEach(
          commands,
          (command, index) => {
            const [writer, edge] = [services[index % 2], edges[index % 3 === 0 ? 0 : 1]]
            return writer === undefined || edge === undefined
              ? Effect.void
              : Effect.result(writer.execute(on(edge, command)))
          },
          { concurrency: "unbounded", discard: true },
        )
        const [last] = services
        if (last !== undefined) yield* last.execute(Command.follow(end.source, end.target))
      })
      const reading = Effect.gen(function* () {
        const reader = yield* service(scheduled(scheduler, store), Facts.open)
        let newest = position
        yield* reader.changes({ from: position }).pipe(
          Stream.tap((event) =>
            Effect.sync(() => {
              Check.holds("no position is smaller than one already read", event.position > newest)
              newest = event.position
              seen.push(Fixtures.plain(event))
            }),
          ),
          Stream.takeUntil((event) => event.source === end.source),
          Stream.runDrain,
        )
      })
      await drive(
        scheduler,
        Effect.scoped(Effect.all([writing, reading], { concurrency: "unbounded", discard: true })),
      )
      const sources = [...edges, end].map((edge) => edge.source)
      Check.equal(
        "the reader saw the whole log, each event once",
        seen.filter((event) => sources.includes(event.source)),
        await Effect.runPromise(logOf(store, position, sources)),
      )
    },
  )
