/**
 * One of two processes that share a durable store: `write` carries commands out at a steady pace, and
 * `read` follows the log. Both tell when they saw each event, in milliseconds on a clock that all
 * processes of a machine have in common.
 */
import { Command, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { dirname } from "node:path"
import { setTimeout } from "node:timers/promises"
import * as durable from "./durable.ts"
import * as graphs from "./graph.ts"
import * as stores from "./stores.ts"
import * as temporary from "./temporary.ts"

/** What the parent gets: that the process is ready, and at the end the moment of each event. */
export type Message = { readonly ready: true } | { readonly moments: ReadonlyArray<number> }

const [, , role = "", place = "", countText = "", rateText = ""] = process.argv
const count = Number(countText)
const perMillisecond = Number(rateText) / 1_000

const tell = (message: Message): void => {
  process.send?.(message)
}
const now = (): number => Number(process.hrtime.bigint()) / 1e6

process.once("disconnect", () => process.exit())
process.once("SIGTERM", () => process.exit())

const celebrity = UserId.make(graphs.user(0))
const moments: Array<number> = []

const write = async ({ run, service }: durable.Kith): Promise<void> => {
  const begin = now()
  const answers: Array<Promise<unknown>> = []
  const follow = (index: number): void => {
    const command = Command.follow(UserId.make(graphs.user(index + 1)), celebrity)
    moments[index] = now()
    answers.push(run(service.execute(command)))
  }
  while (answers.length < count) {
    // A timer may be late: then it makes up for what is missing.
    await setTimeout(1)
    const due = Math.min(count, Math.floor((now() - begin) * perMillisecond))
    while (answers.length < due) follow(answers.length)
  }
  await Promise.all(answers)
}

const read = ({ run, service }: durable.Kith): Promise<void> => {
  const indexes = new Map(
    Array.from({ length: count }, (_, index) => [graphs.user(index + 1), index]),
  )
  return run(
    service.changes().pipe(
      Stream.tap(({ source }) =>
        Effect.sync(() => {
          moments[indexes.get(source) ?? count] = now()
        }),
      ),
      Stream.take(count),
      Stream.runDrain,
    ),
  )
}

// Who started it may end without clearing up.
if (!place.startsWith("postgres")) temporary.removeAtExit(dirname(place))
const store = await durable.open(stores.layer(place))

process.once("message", async () => {
  await (role === "write" ? write(store) : read(store))
  tell({ moments })
})
tell({ ready: true })
