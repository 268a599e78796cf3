/** The versions of a schema: older ones are brought up to date as a whole, and lose nothing. */
import { type RelationshipStore, RelationshipEvent as Event } from "@kith/core"
import { Effect, Exit, Redacted, Stream } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import * as Names from "../../packages/postgres-adapter/src/internal/names.ts"
import { currentVersion } from "../../packages/postgres-adapter/src/internal/schema.ts"
import { freshDatabase } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"
import { letReadAndWrite, newRole } from "../support/postgres-roles.ts"
import { faultsOf } from "../support/stores.ts"

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

/** What a schema is made of: columns, indexes, functions and triggers. */
const parts = `
select concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull) as part
  from pg_attribute where attnum > 0 and not attisdropped
    and attrelid in (select oid from pg_class where relnamespace = 'kith'::regnamespace)
union select indexdef from pg_indexes where schemaname = 'kith'
union select pg_get_functiondef(oid) from pg_proc
  where pronamespace = 'kith'::regnamespace and prokind = 'f'
union select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
order by part`

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
          expect(yield* faultsOf(upkeep)).toEqual([])
          const partitions = tables === "one" ? 1 : 3
          const empty = yield* Effect.promise(freshDatabase)
          yield* open({ url: Redacted.make(empty), schema: "kith", partitions })
          expect(yield* sql(client, parts)).toEqual(yield* sql(yield* connect(empty), parts))
          yield* Stream.runDrain(upkeep.rebuild)
          expect(yield* faultsOf(upkeep)).toEqual([])
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

  it("leaves its tables to the role that has them when a superuser does it", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written("pieces")
          const { name: role, url } = yield* newRole(client, Redacted.value(options.url))
          yield* sql(client, `alter schema kith owner to ${role}`)
          yield* sql(
            client,
            "do $$ declare each record; begin for each in select c.oid::regclass as name " +
              "from pg_class as c where relnamespace = 'kith'::regnamespace and relkind in ('r', 'p') " +
              `loop execute format('alter table %s owner to ${role}', each.name); end loop; end $$`,
          )
          yield* sql(client, `grant select, usage on all sequences in schema kith to ${role}`)
          yield* Effect.scoped(open(options))
          const { store, upkeep } = yield* open({ ...options, url })
          yield* follow(store)
          yield* Stream.runDrain(upkeep.rebuild)
          expect(yield* faultsOf(upkeep)).toEqual([])
        }),
      ),
    ))

  it("is waited for by who opens it meanwhile, and not for longer than their patience", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written("pieces")
          const { locks } = Names.make(options.schema)
          yield* sql(client, "select pg_advisory_lock($1, $2)", [locks, Names.upkeepLock])
          const error = yield* Effect.flip(Effect.scoped(open({ ...options, patience: 200 })))
          expect(error.reason).toBe("Unavailable")
          expect(error.message).toBe("other upkeep is under way; try again when it is over")
          yield* sql(client, "select pg_advisory_unlock($1, $2)", [locks, Names.upkeepLock])
          expect((yield* (yield* open(options)).store.counts(user)).followers).toBe(1)
        }),
      ),
    ))

  it("does not stop a node of the older version, which has its statements prepared", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written("pieces")
          yield* sql(
            client,
            "prepare followers (bigint) as select source::text from kith.edges " +
              "where target = $1 and place > 0 order by place desc",
          )
          yield* sql(
            client,
            "prepare follow (bigint, bigint) as select kith.commit_one($1, $2, 0, 0, 1, 0, " +
              "array[gen_random_uuid()], array[4]::smallint[], array[''], 0, null, null, 1)",
          )
          const followers = Effect.map(sql(client, `execute followers (${user})`), (rows) =>
            rows.map(({ source }) => source),
          )
          const [one, two] = [yield* Fixtures.user, yield* Fixtures.user]
          yield* sql(client, `execute follow (${one}, ${user})`)
          const before = yield* followers
          const { store, upkeep } = yield* open(options)
          yield* sql(client, `execute follow (${two}, ${user})`)
          expect(yield* followers).toEqual([two, ...before])
          const { entries } = yield* store.list("followers", user, 10)
          expect(entries.map((entry) => entry.user)).toEqual([two, ...before])
          expect(yield* faultsOf(upkeep)).toEqual([])
          // As it rebuilds: the edges that it makes anew tell nobody what becomes of them.
          for (const what of ["insert", "update", "delete", "truncate"]) {
            yield* sql(client, `drop trigger follow_edges_${what} on kith.edges`)
          }
          yield* sql(client, `execute follow (${yield* Fixtures.user}, ${user})`)
          expect(yield* faultsOf(upkeep)).toMatchObject([{ where: "lists" }])
          yield* Stream.runDrain(upkeep.rebuild)
          expect(yield* faultsOf(upkeep)).toEqual([])
          const mended = yield* store.list("followers", user, 10)
          expect(mended.entries.map((entry) => entry.user)).toEqual(yield* followers)
          // As it clears a store: it knows no table by target.
          yield* sql(client, "truncate kith.events, kith.edges, kith.tallies, kith.commands")
          expect((yield* store.list("followers", user, 10)).entries).toEqual([])
          expect(yield* faultsOf(upkeep)).toEqual([])
        }),
      ),
    ))

  it("lets a role of few rights go on", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { client, options } = yield* written("pieces")
          const { name: role, url } = yield* newRole(client, Redacted.value(options.url))
          yield* letReadAndWrite(client, "kith", role)
          yield* Effect.scoped(open(options))
          const { store } = yield* open({ ...options, url })
          const source = yield* follow(store)
          const { entries } = yield* store.list("followers", user, 1)
          expect(entries.map((entry) => entry.user)).toEqual([source])
        }),
      ),
    ))
})
