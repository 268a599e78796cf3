/** What is set for a role or a server, and a store sets otherwise for its connections. */
import { Effect, Fiber, Redacted, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { freshDatabase, startServer } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"
import { newRole } from "../support/postgres-roles.ts"
import { faultsOf, newFollow } from "../support/stores.ts"

/** A database of its own, a connection of its owner, and a role that has a schema there. */
const setting = Effect.gen(function* () {
  const database = yield* Effect.promise(freshDatabase)
  const owner = yield* connect(database)
  const { name, url } = yield* newRole(owner, database)
  yield* sql(owner, `create schema kith authorization ${name}`)
  return { name, owner, url }
})

describe("settings of PostgreSQL", () => {
  it("that differ in isolation, timeouts and formats do no harm", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { name, owner, url } = yield* setting
          for (const each of [
            "default_transaction_isolation = serializable",
            "statement_timeout = 100",
            "idle_in_transaction_session_timeout = 1",
            "idle_session_timeout = 200",
            "lock_timeout = 100",
            "search_path = nowhere",
            "timezone = 'Asia/Kathmandu'",
            "bytea_output = escape",
            "client_encoding = 'LATIN1'",
            "synchronous_commit = off",
          ]) {
            yield* sql(owner, `alter role ${name} set ${each}`)
          }
          const { journal, store, upkeep } = yield* open({ url, schema: "kith" })
          yield* Effect.all([store.log(0, 1), store.log(0, 1)], { concurrency: "unbounded" })
          const client = yield* connect(Redacted.value(url))
          const ended = new Promise((resolve) => client.once("end", resolve))
          yield* sql(owner, "begin")
          yield* sql(owner, "lock table kith.edges in exclusive mode")
          const waiting = yield* Effect.forkChild(
            Effect.flatMap(newFollow, (change) => store.commit([change])),
            { startImmediately: true },
          )
          // The lock is kept until the server has ended a connection that does nothing.
          yield* Effect.promise(() => ended)
          const connections = "select from pg_stat_activity where usename = $1"
          // There are still the one that waits, the one that listens, and one for whoever comes.
          expect((yield* sql(owner, connections, [name])).length).toBeGreaterThan(2)
          yield* sql(owner, "commit")
          yield* Fiber.join(waiting)
          const changes = yield* Effect.replicateEffect(newFollow, 100)
          yield* Effect.forEach(changes, (change) => store.commit([change]), {
            concurrency: "unbounded",
          })
          expect(yield* store.log(0, 1000)).toHaveLength(101)
          yield* journal.write([{ key: "k", value: "é\u0000\\x", expectedVersion: 0 }])
          expect((yield* journal.read(["k"]))[0]?.value).toBe("é\u0000\\x")
          yield* Stream.runDrain(upkeep.rebuild)
          expect(yield* faultsOf(upkeep)).toEqual([])
        }),
      ),
    ))

  it("that end long transactions cut nothing short", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { name, owner, url } = yield* setting
          const known = yield* sql(
            owner,
            "select current_setting('transaction_timeout', true) as is",
          )
          // Servers before PostgreSQL 17 have no such limit.
          if (known[0]?.["is"] === null) return
          yield* sql(owner, `alter role ${name} set transaction_timeout = 50`)
          yield* sql(
            owner,
            "create function public.dally() returns event_trigger language plpgsql as " +
              "'begin perform pg_sleep(0.1); end'; " +
              "create event trigger dally on ddl_command_start " +
              "when tag in ('CREATE SEQUENCE', 'DROP TABLE') execute function public.dally()",
          )
          const { store, upkeep } = yield* open({ url, schema: "kith" })
          yield* store.commit([yield* newFollow])
          yield* Stream.runDrain(upkeep.rebuild)
          expect(yield* faultsOf(upkeep)).toEqual([])
        }),
      ),
    ))

  it("that make a server careless while nodes are connected leave them careful", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { url } = yield* Effect.acquireRelease(
            Effect.promise(() => startServer()),
            ({ stop }) => Effect.promise(stop),
          )
          const client = yield* connect(url)
          const { store, upkeep } = yield* open({ url: Redacted.make(url), schema: "kith" })
          // Whoever writes to the log tells how.
          yield* sql(client, "create table public.told (way text)")
          yield* sql(
            client,
            "create function tell() returns trigger language plpgsql as $$ begin " +
              "insert into public.told values (current_setting('synchronous_commit')); " +
              "return null; end $$",
          )
          yield* sql(
            client,
            "create trigger tell after insert on kith.events for each row execute function tell()",
          )
          yield* sql(client, "alter system set synchronous_commit = off")
          yield* sql(client, "select pg_reload_conf()")
          yield* Effect.repeat(sql(client, "show synchronous_commit"), {
            until: ([row]) => row?.["synchronous_commit"] === "off",
          })
          const change = yield* newFollow
          yield* store.commit([change])
          yield* Stream.runDrain(upkeep.erase(change.edge.source))
          expect(yield* sql(client, "select way from public.told")).toEqual([
            { way: "on" },
            { way: "on" },
          ])
        }),
      ),
    ))
})
