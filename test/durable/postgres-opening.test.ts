/** What nodes find when they open a schema: nothing, their own, another's, newer code's. */
import { type StoreError, UserId } from "@kith/core"
import type { PostgresAdapter } from "@kith/postgres-adapter"
import { Effect, Redacted } from "effect"
import { describe, expect, it } from "vitest"
import { inspect } from "node:util"
import { toStoreError } from "../../packages/postgres-adapter/src/internal/errors.ts"
import { verifiedInFull } from "../../packages/postgres-adapter/src/internal/tls.ts"
import { freshDatabase, freshSchema, serverUrl } from "../support/postgres.ts"
import { behind, connect, open } from "../support/postgres-layer.ts"
import { letReadAndWrite, newRole } from "../support/postgres-roles.ts"
import { newFollow } from "../support/stores.ts"

/** How opening fails. */
const refusal = (options: Partial<PostgresAdapter.Options>): Promise<StoreError.StoreError> =>
  Effect.runPromise(Effect.flip(Effect.scoped(open(options))))

const urlWith = async (change: (url: URL) => void) => {
  const url = new URL(await serverUrl())
  change(url)
  return Redacted.make(url.href)
}

describe("opening a schema on PostgreSQL", () => {
  it("lets many nodes open a new schema at the same time", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          const nodes = yield* Effect.all(
            Array.from({ length: 8 }, () => open({ schema, connections: 2 })),
            { concurrency: "unbounded" },
          )
          yield* Effect.forEach(nodes, ({ store }) =>
            Effect.flatMap(newFollow, (change) => store.commit([change])),
          )
          for (const { store } of nodes) expect(yield* store.log(0, 100)).toHaveLength(8)
        }),
      ),
    ))

  it("takes the url as a plain text as well", async () => {
    const url = await serverUrl()
    const counts = Effect.flatMap(open({ url, schema: freshSchema() }), ({ store }) =>
      store.counts(UserId.make("1")),
    )
    expect(await Effect.runPromise(Effect.scoped(counts))).toMatchObject({ followers: 0 })
  })

  it("makes no schema when it is told not to, and opens one that is there", async () => {
    const schema = freshSchema()
    const error = await refusal({ schema, create: false })
    expect(error.message).toBe(
      `there is no store in the schema ${schema}; name another, or make one there first`,
    )
    const found = behind("select from pg_namespace where nspname = $1", [schema])
    expect(await Effect.runPromise(found)).toEqual([])
    await Effect.runPromise(Effect.scoped(open({ schema })))
    await Effect.runPromise(Effect.scoped(open({ schema, create: false })))
  })

  it("refuses a schema of newer code, and leaves it as it is", async () => {
    const schema = freshSchema()
    await Effect.runPromise(Effect.scoped(open({ schema })))
    await Effect.runPromise(
      behind(`update ${schema}.about set value = '1000' where name = 'version'`),
    )
    const error = await refusal({ schema })
    expect(error.reason).toBe("Corrupt")
    expect(error.message).toBe(
      `the schema ${schema} has version 1000, and this code knows 2; ` +
        "it was written by newer code: update Kith",
    )
    const [row] = await Effect.runPromise(
      behind(`select value from ${schema}.about where name = 'version'`),
    )
    expect(row).toEqual({ value: "1000" })
  })

  it("refuses a schema of another program, and leaves it as it is", async () => {
    const schema = freshSchema()
    await Effect.runPromise(behind(`create schema ${schema} create table events (x integer)`))
    const error = await refusal({ schema })
    expect(error.reason).toBe("Corrupt")
    expect(error.message).toBe(
      `the schema ${schema} belongs to another program; name another schema`,
    )
    expect(await Effect.runPromise(behind(`select * from ${schema}.events`))).toEqual([])
  })

  it("tells a role that may not create a missing schema what to do", async () => {
    const role = freshSchema()
    await Effect.runPromise(behind(`create role ${role} login password 'narrow'`))
    const url = await urlWith((each) => {
      each.username = role
      each.password = "narrow"
    })
    const schema = freshSchema()
    const error = await refusal({ url, schema })
    expect(error.reason).toBe("ReadOnly")
    expect(error.message).toBe(
      `the schema ${schema} is missing, and the role of the url may not create it; ` +
        "open the store once as a role that may, or grant it CREATE on the database",
    )
  })

  it("lets a role that may only read and write open a schema that is there", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const schema = freshSchema()
          yield* open({ schema })
          const owner = yield* connect()
          const { name: role, url } = yield* newRole(owner)
          yield* letReadAndWrite(owner, schema, role)
          const { store } = yield* open({ schema, url })
          const [outcome] = yield* store.commit([yield* newFollow])
          expect(outcome?._tag).toBe("Committed")
          expect(yield* store.log(0, 10)).toHaveLength(1)
        }),
      ),
    ))

  it("says what is wrong with the way to the server, and never the password", async () => {
    const secret = "correct-horse-battery"
    const cases: ReadonlyArray<readonly [PostgresAdapter.Options["url"], RegExp]> = [
      [await urlWith((each) => (each.password = secret)), /refuses the user or the password/],
      [
        await urlWith((each) => {
          each.password = secret
          each.port = "1"
        }),
        /ECONNREFUSED.*try again/,
      ],
      [Redacted.make(`not a url ${secret}`), /the url is not one of PostgreSQL/],
      [`not a url, in plain text, ${secret}`, /the url is not one of PostgreSQL/],
      [
        Redacted.value(await urlWith((each) => (each.password = secret))),
        /refuses the user or the password/,
      ],
      [Redacted.make(`mysql://root:${secret}@localhost/x`), /the url is not one of PostgreSQL/],
      [await urlWith((each) => (each.pathname = "/nowhere")), /there is no such database/],
      [
        await urlWith((each) => (each.password = "")),
        /: the server wants a password, and the url has none; write postgres:\/\/user:password@host\/database$/,
      ],
      // The password is not quoted: what is before the slash looks like a port.
      [Redacted.make(`postgres://me:12/${secret}@localhost/x`), /the url is not one of PostgreSQL/],
      [Redacted.make(`postgres://me:%ZZ${secret}@localhost/x`), /the url is not one of PostgreSQL/],
    ]
    for (const [url, message] of cases) {
      const error = await refusal({ url, patience: 2_000 })
      expect(error.reason).toBe("Unavailable")
      expect(error.message).toMatch(message)
      expect(error.message).not.toContain("\n")
      for (const text of [inspect(error, { depth: 10 }), JSON.stringify(error)]) {
        expect(text).not.toContain(secret)
        expect(text).not.toContain(new URL(await serverUrl()).password)
      }
    }
  })

  it("says why a server lets nobody in, whoever asks", () => {
    const problem = Object.assign(new Error('no pg_hba.conf entry for host "::1", no encryption'), {
      code: "28000",
    })
    expect(toStoreError("PostgreSQL at localhost/x", "kith", problem).message).toBe(
      "PostgreSQL at localhost/x: the server lets nobody in with this url: " +
        'no pg_hba.conf entry for host "::1", no encryption',
    )
  })

  it("does not do without TLS where it is required, and warns of nothing", async () => {
    const warnings: Array<Error> = []
    const warn = (warning: Error) => void warnings.push(warning)
    process.on("warning", warn)
    try {
      for (const mode of ["prefer", "require", "verify-ca", "verify-full"]) {
        const error = await refusal({
          url: await urlWith((each) => each.searchParams.set("sslmode", mode)),
        })
        expect(error.message).toMatch(/does not support SSL/)
      }
      await new Promise((resolve) => setImmediate(resolve))
      expect(warnings).toEqual([])
    } finally {
      process.off("warning", warn)
    }
  })

  it.each([
    ["sslmode=require", "sslmode=verify-full"],
    ["sslmode=verify-ca&sslrootcert=ca.pem", "sslmode=verify-full&sslrootcert=ca.pem"],
    ["sslmode=prefer&application_name=x", "sslmode=verify-full&application_name=x"],
    ["sslmode=no-verify", "sslmode=no-verify"],
    ["sslmode=disable", "sslmode=disable"],
    ["uselibpqcompat=true&sslmode=require", "uselibpqcompat=true&sslmode=require"],
    ["application_name=x", "application_name=x"],
  ])("names what the driver makes of ?%s", (written, meant) => {
    const url = (query: string) => new URL(`postgres://me@db.example/kith?${query}`)
    expect(verifiedInFull(url(written)).href).toBe(url(meant).href)
  })

  it("keeps stores in two schemas and in two databases apart", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const url = Redacted.make(yield* Effect.promise(freshDatabase))
          const one = yield* open({ url })
          const two = yield* open({ url, schema: "with \"quotes\" and 'more'", partitions: 1 })
          const change = yield* newFollow
          for (const { store } of [one, two]) {
            const [outcome] = yield* store.commit([change])
            expect(outcome?._tag).toBe("Committed")
            expect(yield* store.log(0, 10)).toHaveLength(1)
          }
        }),
      ),
    ))
})
