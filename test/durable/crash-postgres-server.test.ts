/** The server of a store is killed under load, with everything that it is made of. */
import { expect, test } from "vitest"
import { startServer } from "../support/postgres.ts"
import { count, timeFor } from "./support/counts.ts"
import { postgres } from "./support/kinds.ts"
import { makeOffice } from "./support/processes.ts"
import { crashServer } from "./support/server-crashing.ts"

const office = makeOffice()
const kills = count(4, 25)

test(
  `services live on while their PostgreSQL server is killed ${kills} times, and nothing that was acknowledged is lost`,
  timeFor(kills),
  async ({ annotate, onTestFinished }) => {
    const server = await startServer()
    onTestFinished(server.stop)
    const place = await postgres(() => Promise.resolve(server.url)).open()
    const figures = await crashServer(office, server, place, kills)
    await annotate(JSON.stringify(figures))
    const failures = Object.keys(figures.failures)
    expect(failures.length).toBeGreaterThan(0)
    expect(failures.filter((failure) => !failure.startsWith("Unavailable: "))).toEqual([])
  },
)
