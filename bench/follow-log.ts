/**
 * Following the log from another process: how long after a command was given its event arrives there,
 * the commit and the flush to the disk included, while a thousand commands come each second.
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"
import { type Benchmark, type Figure } from "./harness.ts"
import * as databases from "./support/databases.ts"
import type { Message } from "./support/follower.ts"
import * as temporary from "./support/temporary.ts"

const perSecond = 1_000
const seconds = 12
/** Those of the first seconds do not count: code is not compiled, plans are not made. */
const warmup = 2
const count = perSecond * seconds
const most = 50

const start = (role: "read" | "write", place: string): ChildProcess =>
  fork(new URL("support/follower.ts", import.meta.url), [role, place, `${count}`, `${perSecond}`])

const next = async (child: ChildProcess): Promise<Message> => {
  const gone = new AbortController()
  try {
    const ended = once(child, "exit", { signal: gone.signal }).then(() => {
      throw new Error("a process that writes or follows the log ended early")
    })
    const [message] = await Promise.race([once(child, "message", { signal: gone.signal }), ended])
    return message
  } finally {
    gone.abort()
  }
}

const momentsOf = async (child: ChildProcess): Promise<ReadonlyArray<number>> => {
  const message = await next(child)
  return "moments" in message ? message.moments : []
}

/** Milliseconds from command to delivery, sorted. */
export const delays = async (place: string): Promise<ReadonlyArray<number>> => {
  const children: Array<ChildProcess> = []
  try {
    for (const role of ["read", "write"] as const) {
      const child = start(role, place)
      children.push(child)
      await next(child)
    }
    for (const child of children) child.send("go")
    const [read = [], written = []] = await Promise.all(children.map(momentsOf))
    return written
      .map((moment, index) => (read[index] ?? Number.NaN) - moment)
      .slice(warmup * perSecond)
      .toSorted((one, other) => one - other)
  } finally {
    for (const child of children) child.kill()
  }
}

const milliseconds = (time: number): string => `${time.toFixed(1)} ms`

const figureOf = (name: string, sorted: ReadonlyArray<number>): Figure => {
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
  return {
    name: `${name}: half arrive within ${milliseconds(at(0.5))}, 99 of 100 within`,
    ours: milliseconds(at(0.99)),
    theirs: milliseconds(most),
    ratio: at(0.99) / most,
    goal: { atMost: 1 },
  }
}

const benchmark: Benchmark = {
  title: "following the log from another process, 1,000 commands a second",
  run: async () => [
    figureOf("SQLite", await delays(`${temporary.folder()}/bench.db`)),
    figureOf(
      "PostgreSQL",
      await databases.within(async () => delays(await databases.named("follow"))),
    ),
  ],
}

export default benchmark
