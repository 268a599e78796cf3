/**
 * Connections that are handed from one statement to the next without a detour.
 *
 * The driver's pool makes them, replaces those that are lost, and lets those wait who come when all are
 * busy. But to give a connection back to it and to take it out again costs about as much as a small
 * statement does, so one that nobody waits for stays out.
 */
import type { Pool, PoolClient } from "pg"

type Callback = (error: unknown, client?: PoolClient) => void

/** @internal */
export class Connections {
  private readonly pool: Pool
  private readonly idle: Array<PoolClient> = []
  private readonly known = new WeakSet<PoolClient>()
  private closed = false

  constructor(pool: Pool) {
    this.pool = pool
  }

  take(use: Callback): void {
    const client = this.idle.pop()
    if (client !== undefined) return use(undefined, client)
    this.pool.connect((error, made) => {
      if (made !== undefined) this.watch(made)
      use(error, made)
    })
  }

  /** @param failed whether what was done with it failed in a way that tells nothing of its state */
  give(client: PoolClient, failed: boolean): void {
    if (failed || this.closed || this.pool.waitingCount > 0) client.release(failed)
    else this.idle.push(client)
  }

  async close(): Promise<void> {
    this.closed = true
    for (const client of this.idle.splice(0)) client.release()
    await this.pool.end()
  }

  /** A connection that is lost while nobody uses it goes at once; who uses one learns it anyway. */
  private watch(client: PoolClient): void {
    if (this.known.has(client)) return
    this.known.add(client)
    client.on("error", () => this.drop(client))
    client.on("end", () => this.drop(client))
  }

  private drop(client: PoolClient): void {
    const place = this.idle.indexOf(client)
    if (place < 0) return
    this.idle.splice(place, 1)
    client.release(true)
  }
}
