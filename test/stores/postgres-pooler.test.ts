/** Poolers between a store and PostgreSQL. */
import { RelationshipEvent as Event } from "@kith/core"
import { Effect, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { toStoreError } from "../../packages/postgres-adapter/src/internal/errors.ts"
import { startPooler } from "../support/pooler.ts"
import { startServer } from "../support/postgres.ts"
import { open } from "../support/postgres-layer.ts"

const pooler = (mode: Parameters<typeof startPooler>[1]) =>
  Effect.gen(function* () {
    const server = yield* Effect.acquireRelease(
      Effect.promise(() =>
        startServer({ files: { "pg_hba.conf": "host all all 127.0.0.1/32 trust\n" } }),
      ),
      ({ stop }) => Effect.promise(stop),
    )
    const started = yield* Effect.acquireRelease(
      Effect.promise(() => startPooler(server.url, mode)),
      ({ stop }) => Effect.sync(stop),
    )
    return Redacted.make(started.url)
  })

const ofTransactions =
  /^PostgreSQL at 127\.0\.0\.1:\d+\/postgres: a pooler gives every transaction another connection; use its session mode, or the server's own address$/

describe("a pooler before PostgreSQL", () => {
  it("is refused when it lends connections for a transaction", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const error = yield* Effect.flip(open({ url: yield* pooler("transaction") }))
          expect(error.reason).toBe("Unavailable")
          expect(error.message).toMatch(ofTransactions)
        }),
      ),
    ))

  it("is used when everybody has a connection of their own", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { store } = yield* open({ url: yield* pooler("session") })
          const change = yield* Effect.flatMap(Fixtures.edge, (edge) =>
            Fixtures.change(edge, Fixtures.untouched, [Event.followed(true, false)]),
          )
          const [outcome] = yield* store.commit([change])
          expect(outcome?._tag).toBe("Committed")
          expect(yield* store.log(0, 10)).toHaveLength(1)
        }),
      ),
    ))

  it.each(["26000", "42P05"])(
    "is told from a damaged schema when it was not seen at first, by the code %s",
    (code) => {
      const problem = Object.assign(new Error('prepared statement "load" is not so'), { code })
      const error = toStoreError("PostgreSQL at 127.0.0.1:1/postgres", "kith", problem)
      expect(error.reason).toBe("Unavailable")
      expect(error.message).toMatch(ofTransactions)
    },
  )
})
