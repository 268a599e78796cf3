/** The versions of a schema: older ones are brought up to date as a whole, and lose nothing. */
import { type RelationshipStore, RelationshipEvent as Event } from "@kith/core"
import { Effect, Exit, Redacted, Stream } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { currentVersion } from "../../packages/postgres-adapter/src/internal/schema.ts"
import { freshDatabase } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"

const golden = (name: string): string =>
  readFileSync(join(import.meta.dirname, "../golden/postgres", name), "utf8")

/** A database with a schema of version 1, as it was written. */
const written = (tables: "one" | "pieces") =>
  Effect.gen(function* () {
    const url = yield* Effect.promise(freshDatabase)
    const client = yield* connect(url)
    for (const part of [`v1-${tables}.sql`, "v1-functions.sql", "v1-data.sql"]) {
      yield* sql(client, golden(part))
    }
    return { client, options: { url: Redacted.make(url), schema: "kith" } }
  })

/** What version 1 answered, and to which questions. */
const { edges, key, seen, user } = JSON.parse(golden("v1.json"))

const faults = (steps: Iterable<{ readonly _tag: string }>) =>
  [...steps].filter(({ _tag }) => _tag === "Fault")

const follow = (store: RelationshipStore.RelationshipStore["Service"]) =>
  Effect.gen(function* () {
    const source = yield* Fixtures.user
    const change = yield* Fixtures.change({ source, target: user }, Fixtures.untouched, [
      Event.followed(true, false),
    ])
    const [outcome] = yield* store.commit([change])
    expect(outcome?._tag).toBe("Committed")
    return source
  })

describe.each(["one", "pieces"] as const)("a schema of version 1 with tables in %s", (tables) => {
  it("is brought up to date once when many open it, and is read as it was written", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written(tables)
          const nodes = yield* Effect.all([open(options), open(options), open(options)], {
            concurrency: "unbounded",
          })
          for (const { journal, store } of nodes) {
            const now = {
              counts: yield* store.counts(user),
              followers: yield* store.list("followers", user, 10),
              history: yield* store.history(edges[0].edge),
              journal: yield* journal.read([key]),
              loaded: yield* store.load(edges),
              log: yield* store.log(0, 100),
              requests: yield* store.list("requestsReceived", user, 10),
            }
            expect(JSON.parse(JSON.stringify(now))).toEqual(seen)
          }
          const [{ store, upkeep }] = nodes
          const source = yield* follow(store)
          const { entries } = yield* store.list("followers", user, 1)
          expect(entries.map((entry) => entry.user)).toEqual([source])
          expect(faults(yield* Stream.runCollect(upkeep.check))).toEqual([])
          yield* Stream.runDrain(upkeep.rebuild)
          expect(faults(yield* Stream.runCollect(upkeep.check))).toEqual([])
          expect(yield* sql(client, "select value from kith.about where name = 'version'")).toEqual(
            [{ value: `${currentVersion}` }],
          )
        }),
      ),
    ))
})

describe("bringing a schema in pieces up to date", () => {
  it("takes all steps or none", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written("pieces")
          // Something of this name is in the way.
          yield* sql(client, "create table kith.incoming (x integer)")
          const functions = sql(
            client,
            "select count(*) from pg_proc where pronamespace = 'kith'::regnamespace",
          )
          const before = yield* functions
          expect(Exit.isFailure(yield* Effect.exit(Effect.scoped(open(options))))).toBe(true)
          expect(yield* functions).toEqual(before)
          expect(yield* sql(client, "select value from kith.about where name = 'version'")).toEqual(
            [{ value: "1" }],
          )
          yield* sql(client, "drop table kith.incoming")
          expect((yield* (yield* open(options)).store.counts(user)).followers).toBe(1)
        }),
      ),
    ))

  it(
    "may take longer than a command",
    () =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const { client, options } = yield* written("pieces")
            yield* sql(
              client,
              "create function public.dally() returns event_trigger language plpgsql as " +
                "'begin perform pg_sleep(2); end'; " +
                "create event trigger dally on ddl_command_start when tag in ('CREATE TRIGGER') " +
                "execute function public.dally()",
            )
            const { store } = yield* open({ ...options, patience: 500 })
            expect((yield* store.counts(user)).followers).toBe(1)
          }),
        ),
      ),
    60_000,
  )

  it("lets a role of few rights go on", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written("pieces")
          const role = `narrow_${yield* Fixtures.user}`
          yield* sql(client, `create role ${role} login password 'narrow'`)
          yield* sql(client, `grant usage on schema kith to ${role}`)
          yield* sql(
            client,
            `grant select, insert, update, delete on all tables in schema kith to ${role}`,
          )
          yield* sql(client, `grant select, usage on all sequences in schema kith to ${role}`)
          yield* Effect.scoped(open(options))
          const url = new URL(Redacted.value(options.url))
          url.username = role
          url.password = "narrow"
          const { store } = yield* open({ ...options, url: Redacted.make(url.href) })
          const source = yield* follow(store)
          const { entries } = yield* store.list("followers", user, 1)
          expect(entries.map((entry) => entry.user)).toEqual([source])
        }),
      ),
    ))
})
