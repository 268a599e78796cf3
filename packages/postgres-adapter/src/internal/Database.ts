/**
 * Connections to one database, and statements on them.
 *
 * A statement is prepared once a connection and executed in one round trip. The driver is `pg`: see the
 * package's README for what was measured.
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import { Client, type ClientConfig, Pool, type PoolClient } from "pg"
import { Connections } from "./Connections.ts"
import { isCollision, isCut, isLost, pooled, storeError, toStoreError } from "./errors.ts"
import { isShared } from "./pooler.ts"
import { byIndex, settings } from "./settings.ts"
import { verifiedInFull } from "./tls.ts"
import type { Value } from "./values.ts"

/** @internal */
export interface Statement {
  /** Unique among all statements: a connection prepares each name once. */
  readonly name: string
  readonly text: string
}

/** Columns as PostgreSQL writes them. */
export type Row = ReadonlyArray<string | null>

/** @internal */
export interface Options {
  readonly url: Redacted.Redacted
  readonly schema: string
  readonly connections: number
  /** Milliseconds that a statement may take, and that a connection is waited for. */
  readonly patience: number
}

type Rows = ReadonlyArray<Row>

/** @internal */
export interface Database {
  readonly place: string
  readonly schema: string
  readonly patience: number
  readonly toStoreError: (error: unknown) => StoreError.StoreError
  /** Once, or again when it came into another's way: for what changes something. */
  readonly write: (
    statement: Statement,
    values: ReadonlyArray<Value>,
  ) => Effect.Effect<Rows, StoreError.StoreError>
  /** The same, and again when the connection was lost: for what changes nothing. */
  readonly read: (
    statement: Statement,
    values: ReadonlyArray<Value>,
  ) => Effect.Effect<Rows, StoreError.StoreError>
  /** Work on one connection that nobody else uses meanwhile, unless a pooler would share it. */
  readonly session: <A>(
    work: (run: (text: string, values?: ReadonlyArray<Value>) => Promise<Rows>) => Promise<A>,
  ) => Effect.Effect<A, StoreError.StoreError>
  /** What a connection of its own needs, for those who listen. */
  readonly connect: () => Client
}

const asTheyAre = { getTypeParser: () => (text: unknown) => text }

const setUp = (patience: number): string => `
${settings({ statement: patience, idle: patience, lock: 0 })}
${byIndex} set max_parallel_workers_per_gather = 0`

const parse = (
  options: Options,
): Effect.Effect<
  { readonly place: string; readonly config: ClientConfig },
  StoreError.StoreError
> =>
  Effect.try({
    try: () => {
      const url = new URL(Redacted.value(options.url))
      if (!/^postgres(?:ql)?:$/.test(url.protocol)) throw new Error("another scheme")
      decodeURIComponent(url.href)
      // Here a special character of the password has ended what is before the host.
      if (url.username + url.password === "" && url.href.includes("@")) throw new Error("no host")
      return {
        place: `PostgreSQL at ${url.host}${url.pathname}`,
        config: {
          connectionString: verifiedInFull(url).href,
          application_name: url.searchParams.get("application_name") ?? "kith",
          keepAlive: true,
          connectionTimeoutMillis: options.patience,
          // The server gives up first, unless nothing comes from there any more.
          query_timeout: options.patience + 5_000,
          types: asTheyAre,
        },
      }
    },
    // What the parser says has the whole url in it.
    catch: () =>
      storeError(
        "Unavailable",
        "the url is not one of PostgreSQL; write postgres://user:password@host/database, " +
          "special characters as %40 and the like",
      ),
  })

/** @internal */
export const make = Effect.fnUntraced(function* (options: Options) {
  const { config, place } = yield* parse(options)
  const connections = yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const made = new Pool({
          ...config,
          max: options.connections,
          idleTimeoutMillis: 30_000,
          allowExitOnIdle: true,
          onConnect: (client) => client.query(setUp(options.patience)),
        })
        // A connection that is lost while idle is replaced when it is needed.
        made.on("error", () => undefined)
        return new Connections(made)
      },
      catch: (error) => toStoreError(place, options.schema, error),
    }),
    (made) => Effect.promise(() => made.close().catch(() => undefined)),
  )
  const fail = (error: unknown) => toStoreError(place, options.schema, error)

  const execute = (
    { name, text }: Statement,
    values: ReadonlyArray<Value>,
  ): Effect.Effect<Rows, unknown> =>
    Effect.callback<Rows, unknown>((resume) => {
      connections.take((lost, client) => {
        if (client === undefined) return resume(Effect.fail(lost))
        client.query<Array<string | null>>(
          { name, text, values: [...values], rowMode: "array" },
          (error: Error | null, result) => {
            connections.give(client, error !== null && isLost(error))
            resume(error === null ? Effect.succeed(result.rows) : Effect.fail(error))
          },
        )
      })
    })

  const apart = Schedule.jittered(Schedule.exponential(5))
  /** Again for errors that are worth it. What succeeds at once, as most do, pays nothing for it. */
  const again =
    (times: number, worth: (error: unknown) => boolean) =>
    (once: Effect.Effect<Rows, unknown>): Effect.Effect<Rows, StoreError.StoreError> =>
      Effect.catch(once, (error) =>
        worth(error)
          ? once.pipe(
              Effect.retry({ while: worth, times, schedule: apart }),
              Effect.delay(2),
              Effect.mapError(fail),
            )
          : Effect.fail(fail(error)),
      )
  const collided = again(8, isCollision)
  const collidedOrCut = again(3, (error) => isCollision(error) || isCut(error))

  const use = async <A>(work: (client: PoolClient) => Promise<A>): Promise<A> => {
    const client = await new Promise<PoolClient>((resolve, reject) => {
      connections.take((error, taken) => (taken === undefined ? reject(error) : resolve(taken)))
    })
    let failed = true
    try {
      const result = await work(client)
      failed = false
      return result
    } finally {
      // What a failed session left behind goes with its connection.
      connections.give(client, failed)
    }
  }

  const connect = (): Client => new Client({ ...config, query_timeout: 0 })

  const database: Database = {
    place,
    schema: options.schema,
    patience: options.patience,
    toStoreError: fail,
    write: (statement, values) => collided(execute(statement, values)),
    read: (statement, values) => collidedOrCut(execute(statement, values)),
    session: (work) =>
      Effect.tryPromise({
        try: () =>
          use(async (client) => {
            if (await isShared(client, connect))
              throw storeError("Unavailable", `${place}: ${pooled}`)
            return await work(async (text, values = []) => {
              const { rows } = await client.query<Array<string | null>>({
                text,
                values: [...values],
                rowMode: "array",
              })
              return rows
            })
          }),
        catch: fail,
      }),
    connect,
  }
  return database
})
