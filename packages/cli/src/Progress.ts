/**
 * How far a long walk is: one line that is written over on a terminal, and a line now and then
 * elsewhere. It goes to the standard error, so that the output proper stays as it is.
 */

import { grouped } from "./store/Count.ts"

/** Where it is written: lines stay where it is no terminal, or one that cannot go back. */
export interface Output {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly write: (text: string) => unknown
}

export interface Progress {
  /** So many more have been dealt with. */
  readonly add: (count: number) => void
  /** So many have been dealt with in all, of so many that there are as far as is known now. */
  readonly reached: (done: number, total: number) => void
  /** Nothing happens until then, in milliseconds since 1970. */
  readonly waiting: (until: number) => void
  /** Takes the line away, so that something else can be written. */
  readonly clear: () => void
}

const erase = "\r\u001B[K"

/** Milliseconds between two lines where lines stay. */
const seldom = 10_000
/** Milliseconds between two looks of the one line. */
const often = 100

/** Columns of the bar: as many as there is room for, and none where it would say nothing. */
const widest = 24
const narrowest = 8

/** `14:05`, or with the day where it is another. */
const clock = (time: number, now: number): string => {
  const [moment, today] = [new Date(time), new Date(now)]
  const two = (part: number): string => String(part).padStart(2, "0")
  const hours = `${two(moment.getHours())}:${two(moment.getMinutes())}`
  return moment.toDateString() === today.toDateString()
    ? hours
    : `${two(moment.getMonth() + 1)}-${two(moment.getDate())} ${hours}`
}

const bar = (done: number, total: number, columns: number): string => {
  const part = total === 0 ? 1 : Math.min(1, done / total)
  const percent = `${String(Math.floor(part * 100)).padStart(3)}%  `
  const width = Math.min(widest, columns - percent.length - 1)
  if (width < narrowest) return ""
  const full = Math.round(part * width)
  return `${"█".repeat(full)}${"░".repeat(width - full)} ${percent}`
}

/**
 * @param unit what is counted, such as `users`
 * @param total how many there are, where that is known
 * @param patience milliseconds in which nothing is shown
 */
export const make = (
  unit: string,
  options: {
    readonly total?: number | undefined
    readonly patience?: number | undefined
    readonly output?: Output | undefined
    readonly now?: (() => number) | undefined
  } = {},
): Progress => {
  const { now = Date.now, output = process.stderr, patience = 0 } = options
  let { total } = options
  const isLive = output.isTTY === true && process.env["TERM"] !== "dumb"
  let begin = now()
  let done = 0
  let before = 0
  let isCounting = false
  let shownAt = isLive ? begin + patience - often : begin
  let isShown = false
  let pausedUntil = 0
  // Time in which nothing could happen says nothing about the rate.
  let paused = 0

  const count = (): string =>
    total === undefined ? grouped(done) : `${grouped(done)} of ${grouped(total)}`

  const rate = (time: number): string => {
    const seconds = (time - begin - paused) / 1000
    return seconds < 1 ? "" : `, ${grouped(Math.round((done - before) / seconds))}/s`
  }

  const draw = (ending: string): void => {
    // The last column stays free, or the terminal would go on to the next line.
    const columns = (output.columns ?? 80) - 1
    const text = `${count()} ${unit}${ending}`
    const start = total === undefined ? "" : bar(done, total, columns - text.length)
    output.write(erase + (start + text).slice(0, columns))
    isShown = true
  }

  const show = (): void => {
    const time = now()
    if (pausedUntil > 0) {
      paused += Math.max(0, time - pausedUntil)
      pausedUntil = 0
    }
    if (time - shownAt < (isLive ? often : seldom)) return
    shownAt = time
    if (isLive) draw(rate(time))
    else output.write(`${count()} ${unit} so far${rate(time)}\n`)
  }

  return {
    add: (more) => {
      done += more
      show()
    },
    reached: (so, of) => {
      // What an earlier run has done says nothing about the rate of this one.
      if (!isCounting) {
        isCounting = true
        begin = now()
        before = so
      }
      done = so
      total = of === 0 ? undefined : Math.max(of, so)
      show()
    },
    waiting: (until) => {
      const time = now()
      pausedUntil = time
      const text = `waiting until ${clock(until, time)} for a spent window`
      if (isLive) draw(`, ${text}`)
      else output.write(`${text}\n`)
    },
    clear: () => {
      if (!isShown) return
      isShown = false
      shownAt = Number.NEGATIVE_INFINITY
      output.write(erase)
    },
  }
}

export const none: Progress = {
  add: () => undefined,
  reached: () => undefined,
  waiting: () => undefined,
  clear: () => undefined,
}

/**
 * For what is done in a moment as a rule: on a terminal once it takes longer, and nothing elsewhere.
 *
 * @param total how many there are, where that is known
 */
export const onTerminal = (unit: string, total?: number): Progress =>
  process.stderr.isTTY ? make(unit, { patience: 1000, total }) : none
