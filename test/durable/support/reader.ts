/** A process that follows the log of a store from its beginning, whatever happens to others. */
import type { RecordedEvent } from "@kith/core"
import { Check, Fixtures } from "@kith/core/testing"
import { setTimeout } from "node:timers/promises"
import { idle, type Line } from "./lines.ts"
import type { Load } from "./load.ts"
import type { Place } from "./places.ts"
import type { makeOffice } from "./processes.ts"

type Event = RecordedEvent.RecordedEvent

/** How long what has not come is waited for, in milliseconds. */
const patience = 10_000

/** What it saw: all it was sent, in that order. */
export const seenBy = (lines: ReadonlyArray<Line>): ReadonlyArray<Event> =>
  lines.flatMap((line) => (line._tag === "Seen" ? [line.event] : []))

export const isLast =
  (log: ReadonlyArray<Event>) =>
  (line: Line): boolean =>
    line._tag === "Seen" && line.event.position >= (log.at(-1)?.position ?? 0)

/** Checks that a reader saw a log: all of it, once, in order. */
export const expectAll = (name: string, seen: ReadonlyArray<Event>, log: ReadonlyArray<Event>) => {
  Check.equal(
    `${name} sees the positions of the log, all of them, in order`,
    seen.map((event) => event.position),
    log.map((event) => event.position),
  )
  Check.equal(
    `${name} sees the events of the log`,
    seen.map(Fixtures.plain),
    log.map(Fixtures.plain),
  )
}

/**
 * - `ready`: waits until it has its store open.
 * - `end`: waits until it has seen the end of a log that nobody adds to, and ends it; what it saw.
 */
export interface Reader {
  readonly ready: () => Promise<void>
  readonly end: (log: ReadonlyArray<Event>) => Promise<ReadonlyArray<Event>>
}

export const beginReader = (
  office: ReturnType<typeof makeOffice>,
  place: Place,
  load: Load,
): Reader => {
  const worker = office({ place, load, ...idle, role: "follow" })
  const ready = () => worker.until((line) => line._tag === "Ready")
  return {
    ready,
    end: async (log) => {
      if (log.length > 0) {
        await ready()
        const waiting = new AbortController()
        const enough = setTimeout(patience, undefined, { signal: waiting.signal })
        // It is of no use any more once the end has come.
        enough.catch(() => undefined)
        await Promise.race([worker.until(isLast(log)), enough])
        waiting.abort()
      }
      worker.kill()
      Check.equal("the reader lived on", await worker.ended, "SIGKILL")
      return seenBy(worker.lines)
    },
  }
}
