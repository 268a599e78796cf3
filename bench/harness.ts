/**
 * What benchmarks share: fair rounds, figures, and how a benchmark is declared.
 *
 * Only ratios within one run mean anything: machines differ, and one machine differs from itself a
 * minute later. So contenders take turns, round by round, and what counts is the median of the
 * rounds. Each contender has a process of its own: in one heap, everybody would pay for what the
 * others leave lying about, and their code would be compiled for each other's objects.
 *
 * A benchmark is a file in this folder whose default export is a {@link Benchmark}; `run.ts` finds
 * it. One that lets contenders take turns exports them as `contenders` too.
 */
import { type ChildProcess, fork } from "node:child_process"
import { once } from "node:events"

/** What a ratio should be; a figure without a goal is there to be looked at. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number }

/** One line of the table: what was compared, both sides as text, and the ratio that counts. */
export interface Figure {
  readonly name: string
  readonly ours: string
  readonly theirs: string
  readonly ratio: number
  readonly goal?: Goal | undefined
}

export interface Benchmark {
  readonly title: string
  /** Whether it needs what is installed in `peers`. */
  readonly peers?: boolean | undefined
  readonly run: () => Promise<ReadonlyArray<Figure>>
}

/** Prepares a contender. What comes back does a round and tells nanoseconds for each piece of work. */
export type Contender = () => Promise<() => Promise<number>>

/**
 * Processor time so far, in nanoseconds, of all threads of the process: the garbage collector's and
 * the compiler's are part of the price, and what else the machine does is not.
 */
const processorTime = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

/** Nanoseconds for each of `count` pieces of work that `work` does, a few milliseconds of it at least. */
export const timed = async (count: number, work: () => unknown): Promise<number> => {
  const begin = processorTime()
  await work()
  return (processorTime() - begin) / count
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** The times of each contender in each round. */
export type Times = ReadonlyMap<string, ReadonlyArray<number>>

const ask = async (child: ChildProcess, question: string): Promise<number> => {
  child.send(question)
  const [answer] = await once(child, "message")
  return Number(answer)
}

/**
 * Lets the contenders that a file exports take turns; every other round in the opposite order. The
 * first `warmups` rounds do not count.
 */
export const takeTurns = async (
  file: string,
  names: ReadonlyArray<string>,
  rounds: number,
  warmups: number,
): Promise<Times> => {
  const times = new Map<string, Array<number>>(names.map((name) => [name, []]))
  const children = names.map((name) => ({
    name,
    child: fork(`${import.meta.dirname}/support/contender.ts`, [file, name], {
      execArgv: ["--expose-gc", "--max-old-space-size=6144"],
    }),
  }))
  const gone = new Promise<never>((_, reject) => {
    for (const { name, child } of children) {
      child.once("exit", (code) => reject(new Error(`${name} ended early with code ${code}`)))
    }
  })
  const turns = async (): Promise<void> => {
    // One after the other is the point.
    for (const { child } of children) await ask(child, "prepare")
    for (let round = 0; round < rounds + warmups; round++) {
      for (const { name, child } of round % 2 === 0 ? children : children.toReversed()) {
        const time = await ask(child, "round")
        if (round >= warmups) times.get(name)?.push(time)
      }
    }
  }
  try {
    await Promise.race([turns(), gone])
  } finally {
    for (const { child } of children) child.removeAllListeners("exit").kill()
    gone.catch(() => undefined)
  }
  return times
}

const timesOf = (times: Times, name: string): ReadonlyArray<number> => times.get(name) ?? []

/** The median of the ratios that two contenders had in each round: `name` by `other`. */
export const ratioOf = (times: Times, name: string, other: string): number => {
  const others = timesOf(times, other)
  return median(timesOf(times, name).map((time, round) => time / (others[round] ?? Number.NaN)))
}

/** A median of times as text. */
export const timeOf = (times: Times, name: string): string => duration(median(timesOf(times, name)))

export const duration = (nanoseconds: number): string =>
  nanoseconds < 1000
    ? `${nanoseconds.toPrecision(3)} ns`
    : nanoseconds < 1_000_000
      ? `${(nanoseconds / 1000).toPrecision(3)} µs`
      : `${(nanoseconds / 1_000_000).toPrecision(3)} ms`

/** How much longer ours takes than theirs, to be at most so much. */
export const slower = (
  name: string,
  times: Times,
  ours: string,
  theirs: string,
  goal?: number,
): Figure => ({
  name,
  ours: timeOf(times, ours),
  theirs: timeOf(times, theirs),
  ratio: ratioOf(times, ours, theirs),
  goal: goal === undefined ? undefined : { atMost: goal },
})

/** How many times as fast as theirs ours is, to be at least so much. */
export const faster = (
  name: string,
  times: Times,
  ours: string,
  theirs: string,
  goal?: number,
): Figure => ({
  name,
  ours: timeOf(times, ours),
  theirs: timeOf(times, theirs),
  ratio: ratioOf(times, theirs, ours),
  goal: goal === undefined ? undefined : { atLeast: goal },
})

export const isMet = ({ ratio, goal }: Figure): boolean =>
  goal === undefined || ("atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost)
