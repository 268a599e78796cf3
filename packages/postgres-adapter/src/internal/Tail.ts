/**
 * The end of the log: waiting for what comes, and telling other nodes that something did.
 *
 * `NOTIFY` only wakes: it carries nothing, a lost one costs a quarter of a second, and nodes send it
 * beside their commits and not within, where PostgreSQL would let one commit at a time pass.
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Queue from "effect/Queue"
import type { Scope } from "effect/Scope"
import type { Client } from "pg"
import type { Database } from "./Database.ts"
import { takesNoWrites } from "./errors.ts"
import type { Names } from "./names.ts"

/** @internal */
export interface Tail {
  readonly awaitLog: (after: number) => Effect.Effect<void, StoreError.StoreError>
  /** Something was written, or may have been. */
  readonly written: () => void
}

interface Waiter {
  readonly after: number
  readonly resume: (exit: Exit.Exit<void, StoreError.StoreError>) => void
}

/** Milliseconds until somebody looks who was not woken. */
const poll = 250

/** Milliseconds until somebody looks whom a writer holds up that took its positions before. */
const soon = 5

/** Milliseconds between two wake-ups of other nodes. */
const pace = 10

/** Milliseconds until a lost connection is tried again. */
const reconnect = 500

/** The same where nobody may listen: on a replica, as long as it is not promoted. */
const refused = 60_000

/** A connection that listens, until it ends. Gives how long to wait for the next. */
const listen = (
  database: Database,
  { channel }: Names,
  onWake: () => void,
  onOpen: (client: Client) => void,
): Effect.Effect<number> =>
  Effect.callback((resume) => {
    const client = database.connect()
    let over = false
    const end = (reason?: unknown): void => {
      if (over) return
      over = true
      client.end().catch(() => undefined)
      resume(Effect.succeed(takesNoWrites(reason) ? refused : reconnect))
    }
    client.on("error", end)
    client.on("end", () => end())
    client.on("notification", onWake)
    client
      .connect()
      .then(() => client.query(`set idle_session_timeout = 0; listen ${channel}`))
      .then(() => onOpen(client), end)
    return Effect.sync(end)
  })

/** @internal */
export const make = (database: Database, names: Names): Effect.Effect<Tail, never, Scope> =>
  Effect.gen(function* () {
    const looks = yield* Queue.sliding<void>(1)
    const wakes = yield* Queue.sliding<void>(1)
    const waiters = new Set<Waiter>()
    let newest = 0
    let listener: Client | undefined
    const look = (): void => {
      if (waiters.size > 0) Queue.offerUnsafe(looks, undefined)
    }

    const tail = {
      name: "tail",
      text: `select newest, pending from ${names.schema}.tail()`,
    }
    const settle = (exit: Exit.Exit<void, StoreError.StoreError>): void => {
      for (const waiter of waiters) {
        if (Exit.isSuccess(exit) && waiter.after >= newest) continue
        waiters.delete(waiter)
        waiter.resume(exit)
      }
    }
    let rest = poll
    const lookOnce = Effect.matchEffect(database.read(tail, []), {
      onFailure: (error) => Effect.sync(() => settle(Exit.fail(error))),
      onSuccess: ([row]) =>
        Effect.sync(() => {
          newest = Math.max(newest, Number(row?.[0] ?? 0))
          rest = row?.[1] === "t" ? soon : poll
          settle(Exit.void)
        }),
    })
    yield* Effect.forkScoped(
      Effect.forever(
        Effect.suspend(() =>
          waiters.size === 0 ? Queue.take(looks) : Effect.timeoutOption(Queue.take(looks), rest),
        ).pipe(Effect.andThen(Effect.suspend(() => (waiters.size === 0 ? Effect.void : lookOnce)))),
      ),
    )

    yield* Effect.forkScoped(
      Effect.forever(
        listen(database, names, look, (client) => {
          listener = client
          look()
        }).pipe(
          Effect.ensuring(
            Effect.sync(() => {
              listener = undefined
            }),
          ),
          Effect.flatMap(Effect.sleep),
        ),
      ),
    )

    yield* Effect.forkScoped(
      Effect.forever(
        Queue.take(wakes).pipe(
          Effect.andThen(
            Effect.promise(async () => {
              await listener?.query(`notify ${names.channel}`).catch(() => undefined)
            }),
          ),
          Effect.andThen(Effect.sleep(pace)),
        ),
      ),
    )

    return {
      written: () => {
        look()
        Queue.offerUnsafe(wakes, undefined)
      },
      awaitLog: (after) =>
        Effect.callback((resume) => {
          if (newest > after) return resume(Effect.void)
          const waiter: Waiter = { after, resume: (exit) => resume(exit) }
          waiters.add(waiter)
          // Only now is the log looked at: what is committed before would wake nobody.
          Queue.offerUnsafe(looks, undefined)
          return Effect.sync(() => {
            waiters.delete(waiter)
          })
        }),
    }
  })
