/** What the journal on PostgreSQL does with an entry that appears while it is being written. */
import { Effect, Fiber, Schedule } from "effect"
import { expect, it } from "vitest"
import { freshSchema } from "../support/postgres.ts"
import { behind, connect, open, sql } from "../support/postgres-layer.ts"

it("an entry that was said not to be there is left alone when somebody makes it meanwhile", () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const schema = freshSchema()
        const { journal } = yield* open({ schema })
        const other = yield* connect()
        // Whoever alters the sequence holds up those who have looked and not written yet.
        yield* sql(other, "begin")
        yield* sql(other, `alter sequence ${schema}.entry_versions increment by 1`)
        const writing = yield* Effect.forkChild(
          journal.write([
            { key: "one", expectedVersion: 0, value: "mine" },
            { key: "two", expectedVersion: 0, value: undefined },
          ]),
          { startImmediately: true },
        )
        yield* behind("select from pg_locks where not granted and relation = $1::regclass", [
          `${schema}.entry_versions`,
        ]).pipe(
          Effect.filterOrFail(({ length }) => length === 1),
          Effect.retry(Schedule.spaced(10)),
        )
        yield* sql(
          other,
          `insert into ${schema}.entries (key, version, value) values ('two', 1000, 'theirs')`,
        )
        yield* sql(other, "commit")
        expect(yield* Fiber.join(writing)).toMatchObject({ _tag: "Written" })
        expect(yield* journal.read(["one", "two"])).toMatchObject([
          { value: "mine" },
          { value: "theirs" },
        ])
      }),
    ),
  ))
