/**
 * Databases on a real PostgreSQL server that are durable at each commit: on the one in
 * `KITH_POSTGRES_URL` when that is set, whose user has to be allowed to create them, else on a server
 * that ends with the benchmark.
 */
import { randomBytes } from "node:crypto"
import { Client } from "pg"
import { serverUrl } from "../../test/support/postgres.ts"

/** How a benchmark tells its contenders where they are to go. */
const serverVariable = "KITH_BENCH_POSTGRES"
const prefixVariable = "KITH_BENCH_PREFIX"

const on = async <A>(url: string, work: (client: Client) => Promise<A>): Promise<A> => {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** Does the work of a benchmark while there is a server, and removes the databases afterwards. */
export const within = async <A>(work: () => Promise<A>): Promise<A> => {
  const server = await serverUrl()
  const prefix = `kith_bench_${randomBytes(4).toString("hex")}_`
  process.env[serverVariable] = server
  process.env[prefixVariable] = prefix
  try {
    return await work()
  } finally {
    await on(server, async (client) => {
      const { rows } = await client.query<{ readonly datname: string }>(
        "SELECT datname FROM pg_database WHERE starts_with(datname, $1)",
        [prefix],
      )
      for (const { datname } of rows) await client.query(`DROP DATABASE ${datname} WITH (FORCE)`)
    })
  }
}

/** The url of a database, which is made when the first contender asks for it. */
export const named = async (name: string): Promise<string> => {
  const server = process.env[serverVariable] ?? (await serverUrl())
  const database = `${process.env[prefixVariable] ?? "kith_bench_"}${name}`
  await on(server, async (client) => {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname = $1", [
      database,
    ])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${database} TEMPLATE template0`)
  })
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

/** Bytes of all tables and indexes, once what is dead was removed. */
export const size = (url: string): Promise<number> =>
  on(url, async (client) => {
    await client.query("VACUUM")
    const { rows } = await client.query<{ readonly bytes: string }>(
      `SELECT sum(pg_total_relation_size(pg_class.oid)) AS bytes
       FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
       WHERE relkind IN ('r', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')`,
    )
    return Number(rows[0]?.bytes)
  })
