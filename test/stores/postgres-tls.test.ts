/** The way to a PostgreSQL server with TLS. */
import { RelationshipEvent as Event } from "@kith/core"
import { Effect, Redacted } from "effect"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"
import { selfSigned } from "../support/certificate.ts"
import { startServer } from "../support/postgres.ts"
import { open } from "../support/postgres-layer.ts"

/** A server that takes connections with TLS alone, and where the certificate is that signed its own. */
const server = Effect.gen(function* () {
  const { cert, private: key } = yield* Effect.promise(selfSigned)
  const { url } = yield* Effect.acquireRelease(
    Effect.promise(() =>
      startServer({
        settings: { ssl: "on" },
        files: { "server.crt": cert, "server.key": key },
      }),
    ),
    ({ stop }) => Effect.promise(stop),
  )
  const folder = yield* Effect.acquireRelease(
    Effect.promise(() => mkdtemp(join(tmpdir(), "kith-tls-"))),
    (made) => Effect.promise(() => rm(made, { recursive: true })),
  )
  const authority = join(folder, "ca.crt")
  yield* Effect.promise(() => writeFile(authority, cert))
  const at = (host: string, parameters: Readonly<Record<string, string>>) => {
    const changed = new URL(url)
    changed.hostname = host
    for (const [name, value] of Object.entries(parameters)) changed.searchParams.set(name, value)
    return Redacted.make(changed.href)
  }
  return { at, authority, secret: new URL(url).password }
})

describe("a PostgreSQL server with TLS", () => {
  it("is used when its certificate can be verified, and refused in one clear line when not", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const { at, authority, secret } = yield* server
          for (const sslmode of ["require", "verify-full"]) {
            const url = at("localhost", { sslmode, sslrootcert: authority })
            const { store } = yield* open({ url, schema: "kith" })
            const change = yield* Effect.flatMap(Fixtures.edge, (edge) =>
              Fixtures.change(edge, Fixtures.untouched, [Event.followed(true, false)]),
            )
            const [outcome] = yield* store.commit([change])
            expect(outcome?._tag).toBe("Committed")
          }
          const cases = [
            [
              at("localhost", { sslmode: "verify-full" }),
              /nobody known signed the server's certificate; name a file with who did as sslrootcert/,
            ],
            [
              at("127.0.0.1", { sslmode: "verify-full", sslrootcert: authority }),
              /the server's certificate is for another host; name that in the url$/,
            ],
            [
              at("localhost", { sslmode: "verify-full", sslrootcert: `${authority}.gone` }),
              /no such file or directory, open '.*ca\.crt\.gone'/,
            ],
          ] as const
          for (const [url, message] of cases) {
            const error = yield* Effect.flip(open({ url }))
            expect(error.reason).toBe("Unavailable")
            expect(error.message).toMatch(message)
            expect(error.message).not.toContain(secret)
            expect(error.message).not.toContain("\n")
          }
        }),
      ),
    ))
})
