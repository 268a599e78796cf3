/**
 * Poolers that lend a connection for one transaction only, and the next one to somebody else.
 *
 * What is set on a connection, prepared, locked and listened to is lost there, or is another's. Two
 * rebuilds could go on at the same time, and a careless server stay careless. So no store is opened.
 */
import type { Client, PoolClient } from "pg"

const processOf = async (client: Client | PoolClient): Promise<string> => {
  const { rows } = await client.query<Array<string>>({
    text: "select pg_backend_pid()::text",
    rowMode: "array",
  })
  return rows[0]?.[0] ?? ""
}

/**
 * Whether a connection shares what is behind it. A server tells its process when a connection is made,
 * and a pooler something of its own: then it is seen whether another connection gets the same process.
 * Poolers lend first what was given back last, so one that has other guests may go unseen.
 *
 * @internal
 */
export const isShared = async (client: PoolClient, connect: () => Client): Promise<boolean> => {
  const own = await processOf(client)
  if ("processID" in client && String(client.processID) === own) return false
  const other = connect()
  other.on("error", () => undefined)
  try {
    await other.connect()
    await other.query("begin")
    return (await processOf(other)) === own || (await processOf(client)) !== own
  } finally {
    await other.end()
  }
}
