/** Connections that are lost, used up or slow, and a server that is restarted. */
import { RelationshipEvent as Event } from "@kith/core"
import { Effect, Fiber, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { freshSchema, startServer } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"

const newFollow = Effect.flatMap(Fixtures.edge, (edge) =>
  Effect.flatMap(Fixtures.commandId, (commandId) =>
    Fixtures.change(edge, Fixtures.untouched, [Event.followed(true, false)], { commandId }),
  ),
)

const server = Effect.acquireRelease(
  Effect.promise(() => startServer()),
  (started) => Effect.promise(() => started.stop()),
)

const run = <A>(effect: Effect.Effect<A, unknown>) => Effect.runPromise(effect)

describe("connections to PostgreSQL", () => {
  it("goes on after the server was killed and started again, and has lost nothing", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const { kill, restart, url } = yield* server
          const { store } = yield* open({ url: Redacted.make(url), patience: 3_000 })
          const kept = yield* newFollow
          yield* store.commit([kept])
          yield* Effect.promise(kill)
          const lost = yield* newFollow
          const failed = yield* Effect.flip(store.commit([lost]))
          expect(failed.reason).toBe("Unavailable")
          expect((yield* Effect.flip(store.log(0, 10))).reason).toBe("Unavailable")
          yield* Effect.promise(restart)
          const events = yield* store.log(0, 10)
          expect(events.map(({ commandId }) => commandId)).toEqual([kept.commandId])
          const waiting = yield* Effect.forkChild(store.awaitLog(events.at(-1)?.position ?? 0), {
            startImmediately: true,
          })
          const outcomes = yield* store.commit([kept, lost])
          expect(outcomes.map(({ _tag }) => _tag)).toEqual(["Repeated", "Committed"])
          yield* Fiber.join(waiting)
        }),
      ),
    ))

  it("says Unavailable when its connections are ended from outside, and uses new ones after", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const { store } = yield* open({ schema })
          const change = yield* newFollow
          const blocker = yield* connect()
          yield* sql(blocker, "begin")
          yield* sql(blocker, `lock table ${schema}.edges in exclusive mode`)
          const committing = yield* Effect.forkChild(Effect.flip(store.commit([change])), {
            startImmediately: true,
          })
          const ended =
            "select pg_terminate_backend(pid) from pg_stat_activity " +
            `where wait_event_type = 'Lock' and query like '%${schema}%'`
          const killer = yield* connect()
          while ((yield* sql(killer, ended)).length === 0) yield* Effect.yieldNow
          expect((yield* Fiber.join(committing)).reason).toBe("Unavailable")
          yield* sql(blocker, "rollback")
          const [loaded] = yield* store.load([change])
          expect(loaded).toEqual(Fixtures.untouched)
          const [outcome] = yield* store.commit([change])
          expect(outcome?._tag).toBe("Committed")
        }),
      ),
    ))

  it("waits for a lock of others, and for a connection, no longer than it has patience", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const { store } = yield* open({ schema, connections: 1, patience: 400 })
          const change = yield* newFollow
          const blocker = yield* connect()
          yield* sql(blocker, "begin")
          yield* sql(blocker, `lock table ${schema}.edges in exclusive mode`)
          const [slow, queued] = yield* Effect.all(
            [Effect.flip(store.commit([change])), Effect.flip(store.commit([change]))],
            { concurrency: "unbounded" },
          )
          for (const error of [slow, queued]) {
            expect(error.reason).toBe("Unavailable")
            expect(error.message).toMatch(/try again$/)
          }
          yield* sql(blocker, "rollback")
          const [outcome] = yield* store.commit([change])
          expect(outcome?._tag).toBe("Committed")
        }),
      ),
    ))

  it("tells a server that takes no writes from one that is gone", () =>
    run(
      Effect.scoped(
        Effect.gen(function* () {
          const { url } = yield* server
          const { store } = yield* open({ url: Redacted.make(url) })
          const change = yield* newFollow
          yield* store.commit([change])
          const owner = yield* connect(url)
          yield* sql(owner, "alter system set default_transaction_read_only = on")
          yield* sql(owner, "select pg_reload_conf()")
          // The server takes its time to tell all of its processes.
          const refusal = Effect.flatMap(newFollow, (it) => Effect.flip(store.commit([it])))
          const refused = yield* Effect.eventually(refusal)
          expect(refused.reason).toBe("ReadOnly")
          expect(yield* store.log(0, 1)).toHaveLength(1)
        }),
      ),
    ))
})
