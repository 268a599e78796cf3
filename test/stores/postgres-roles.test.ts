/** What a role needs, and what one that has more or less, or a full disk, may spoil. */
import { Effect, Redacted, Stream } from "effect"
import { describe, expect, it } from "vitest"
import { toStoreError } from "../../packages/postgres-adapter/src/internal/errors.ts"
import { refuseOld } from "../../packages/postgres-adapter/src/internal/migrations.ts"
import { freshDatabase, serverUrl } from "../support/postgres.ts"
import { connect, open, sql } from "../support/postgres-layer.ts"
import { newRole } from "../support/postgres-roles.ts"
import { faultsOf, newFollow } from "../support/stores.ts"

/** A database of its own, a connection of its owner, and roles that have no right there but to come in. */
const setting = Effect.gen(function* () {
  const database = yield* Effect.promise(freshDatabase)
  const owner = yield* connect(database)
  const role = newRole(owner, database)
  return { owner, role }
})

describe("a role of PostgreSQL", () => {
  it("does everything as the owner of the schema, without a right to make one", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { owner, role } = yield* setting
          const { name, url } = yield* role
          yield* sql(owner, `create schema kith authorization ${name}`)
          const { store, upkeep } = yield* open({ url, schema: "kith" })
          const change = yield* newFollow
          yield* store.commit([change])
          yield* Stream.runDrain(upkeep.rebuild)
          yield* Stream.runDrain(upkeep.erase(change.edge.source))
          expect(yield* store.log(0, 10)).toHaveLength(1)
          yield* upkeep.clear
          expect(yield* store.log(0, 10)).toEqual([])
        }),
      ),
    ))

  it("reads, checks and follows the log with SELECT alone, and is refused writing", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { owner, role } = yield* setting
          const [writer, reader] = [yield* role, yield* role]
          yield* sql(owner, `create schema kith authorization ${writer.name}`)
          const written = yield* open({ url: writer.url, schema: "kith" })
          const change = yield* newFollow
          yield* written.store.commit([change])
          yield* sql(owner, `grant usage on schema kith to ${reader.name}`)
          yield* sql(owner, `grant select on all tables in schema kith to ${reader.name}`)
          const { store, upkeep } = yield* open({ url: reader.url, schema: "kith" })
          // The newest position is a sequence's: who may not know it has no empty log, but none.
          expect((yield* Effect.flip(store.log(0, 10))).message).toMatch(
            /the role of the url may not do this: permission denied for sequence positions/,
          )
          yield* sql(owner, `grant select on all sequences in schema kith to ${reader.name}`)
          expect(yield* store.log(0, 10)).toHaveLength(1)
          expect(yield* store.history(change.edge)).toHaveLength(1)
          expect((yield* store.counts(change.edge.source)).following).toBe(1)
          expect(yield* faultsOf(upkeep)).toEqual([])
          const error = yield* Effect.flip(store.commit([yield* newFollow]))
          expect(error.reason).toBe("ReadOnly")
          expect(error.message).toMatch(/the role of the url may not do this: permission denied/)
          const [waited] = yield* Effect.all(
            [store.awaitLog(1), Effect.flatMap(newFollow, (next) => written.store.commit([next]))],
            { concurrency: "unbounded" },
          )
          expect(waited).toBeUndefined()
        }),
      ),
    ))

  it.each([1, 4])(
    "still has its tables when a superuser made them anew, with %d pieces",
    (partitions) =>
      Effect.runPromise(
        Effect.scoped(
          Effect.gen(function* () {
            const { owner, role } = yield* setting
            const { name, url } = yield* role
            yield* sql(owner, `create schema kith authorization ${name}`)
            const { store, upkeep } = yield* open({ url, schema: "kith", partitions })
            const all = new URL(Redacted.value(url))
            const superuser = new URL(yield* Effect.promise(serverUrl))
            superuser.pathname = all.pathname
            const above = yield* open({ url: Redacted.make(superuser.href), schema: "kith" })
            yield* Stream.runDrain(above.upkeep.rebuild)
            yield* store.commit([yield* newFollow])
            yield* Stream.runDrain(upkeep.rebuild)
            expect(yield* faultsOf(upkeep)).toEqual([])
          }),
        ),
      ),
  )
})

describe("a PostgreSQL server", () => {
  it("has all of a batch or nothing of it when its disk is full, and goes on when there is room", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { owner, role } = yield* setting
          const { name, url } = yield* role
          yield* sql(owner, `create schema kith authorization ${name}`)
          const { store, upkeep } = yield* open({ url, schema: "kith" })
          // As the server does when a file cannot grow, but for one event only.
          yield* sql(
            owner,
            "create function kith.fill() returns trigger language plpgsql as $$ begin " +
              "raise exception using errcode = 'disk_full', message = 'No space left on device'; end $$",
          )
          const changes = yield* Effect.replicateEffect(newFollow, 3)
          const last = changes.at(-1)?.edge.source
          yield* sql(
            owner,
            `create trigger fill before insert on kith.events for each row when (new.source = ${last}) ` +
              "execute function kith.fill()",
          )
          const error = yield* Effect.flip(store.commit(changes))
          expect(error.reason).toBe("Full")
          expect(error.message).toMatch(/: the server's disk is full; commands are refused until/)
          expect(yield* store.log(0, 10)).toEqual([])
          yield* sql(owner, "drop trigger fill on kith.events")
          yield* sql(owner, "drop function kith.fill()")
          const outcomes = yield* store.commit(changes)
          expect(outcomes.map(({ _tag }) => _tag)).toEqual(["Committed", "Committed", "Committed"])
          expect(yield* faultsOf(upkeep)).toEqual([])
        }),
      ),
    ))

  it("is not taken to have done nothing when it fell over a full disk", () => {
    const problem = Object.assign(new Error("could not write to file: No space left on device"), {
      code: "53100",
    })
    const reason = (severity: string) =>
      toStoreError("PostgreSQL", "kith", Object.assign(problem, { severity })).reason
    expect(reason("ERROR")).toBe("Full")
    expect(reason("PANIC")).toBe("Unavailable")
  })

  it("is refused when it is older than any that the suites were passed with", () => {
    expect(() => refuseOld(130_023)).toThrow(
      "PostgreSQL 13 is too old; Kith needs PostgreSQL 14 or newer",
    )
    expect(refuseOld(140_000)).toBeUndefined()
  })
})
