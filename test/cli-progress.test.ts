/** How far a walk is: on a terminal, and in a file. */
import { describe, expect, test, vi } from "vitest"
import * as Progress from "../packages/cli/src/Progress.ts"

const begin = new Date(2026, 7, 22, 13, 50).getTime()

const open = (options: {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly total?: number
  readonly patience?: number
}) => {
  const writes: Array<string> = []
  let now = begin
  const { patience, total, ...terminal } = options
  const progress = Progress.make("users", {
    total,
    patience,
    now: () => now,
    output: { ...terminal, write: (text) => writes.push(text) },
  })
  return {
    progress,
    writes,
    pass: (seconds: number) => {
      now += seconds * 1000
    },
    /** What stands on the last line of the terminal. */
    line: () => writes.join("").split("\r\u001b[K").at(-1),
  }
}

describe("on a terminal", () => {
  test("is one line with a bar, the count and the rate", () => {
    const { line, pass, progress } = open({ isTTY: true, columns: 80, total: 20_000 })
    pass(2)
    progress.add(1_000)
    expect(line()).toBe(`█${"░".repeat(23)}   5%  1,000 of 20,000 users, 500/s`)
    pass(2)
    progress.add(9_000)
    expect(line()).toBe(`${"█".repeat(12)}${"░".repeat(12)}  50%  10,000 of 20,000 users, 2,500/s`)
  })

  test("is told how far it is, of a total that may grow, and counts what this run has done", () => {
    const { line, pass, progress } = open({ isTTY: true, columns: 80 })
    progress.reached(5_000, 10_000)
    expect(line()).toBe(`${"█".repeat(12)}${"░".repeat(12)}  50%  5,000 of 10,000 users`)
    pass(2)
    progress.reached(6_000, 12_000)
    expect(line()).toBe(`${"█".repeat(12)}${"░".repeat(12)}  50%  6,000 of 12,000 users, 500/s`)
    pass(2)
    progress.reached(14_000, 12_000)
    expect(line()).toBe(`${"█".repeat(24)} 100%  14,000 of 14,000 users, 2,250/s`)
  })

  test("says nothing before its patience ends", () => {
    const { pass, progress, writes } = open({ isTTY: true, columns: 80, patience: 1000 })
    progress.reached(10, 100)
    pass(0.9)
    progress.reached(90, 100)
    expect(writes).toEqual([])
    pass(0.1)
    progress.reached(95, 100)
    expect(writes).toHaveLength(1)
  })

  test("says until when nothing happens, and does not count that time", () => {
    const { line, pass, progress } = open({ isTTY: true, columns: 80 })
    pass(10)
    progress.add(1_000)
    progress.waiting(begin + 15 * 60_000)
    expect(line()).toBe("1,000 users, waiting until 14:05 for a spent window")
    progress.waiting(begin + 24 * 3_600_000)
    expect(line()).toBe("1,000 users, waiting until 08-23 13:50 for a spent window")
    pass(890)
    progress.add(0)
    expect(line()).toBe("1,000 users, 100/s")
  })

  test.each([20, 40, 60, 80, 200])("stays on one line of %d columns", (columns) => {
    const { pass, progress, writes } = open({ isTTY: true, columns, total: 1_000_000 })
    pass(3)
    progress.add(123_456)
    progress.waiting(begin + 900_000)
    pass(900)
    progress.add(2_000_000)
    for (const write of writes) {
      expect(write).not.toContain("\n")
      expect(write.replace("\r\u001b[K", "").length).toBeLessThan(columns)
    }
    expect(writes.some((write) => write.includes("100%"))).toBe(columns >= 60)
  })

  test("is written no more than ten times a second, and goes away without a trace", () => {
    const { line, pass, progress, writes } = open({ isTTY: true, columns: 80 })
    for (let page = 0; page < 1_000; page++) {
      pass(0.01)
      progress.add(100)
    }
    expect(writes.length).toBeLessThanOrEqual(101)
    progress.clear()
    expect(line()).toBe("")
    const written = writes.length
    progress.clear()
    expect(writes).toHaveLength(written)
  })
})

describe("elsewhere", () => {
  test("is a plain line too where the terminal cannot go back", () => {
    vi.stubEnv("TERM", "dumb")
    const { pass, progress, writes } = open({ isTTY: true, columns: 80 })
    pass(11)
    progress.add(1_100)
    progress.clear()
    expect(writes).toEqual(["1,100 users so far, 100/s\n"])
    vi.unstubAllEnvs()
  })

  test("is a plain line now and then", () => {
    const { pass, progress, writes } = open({ total: 20_000 })
    for (let page = 0; page < 20; page++) {
      progress.add(100)
      pass(1)
    }
    progress.waiting(begin + 900_000)
    progress.clear()
    expect(writes).toEqual([
      "1,100 of 20,000 users so far, 110/s\n",
      "waiting until 14:05 for a spent window\n",
    ])
  })

  test("is nothing for what is done at once", () => {
    const { progress, writes } = open({})
    progress.add(1_000)
    progress.clear()
    expect(writes).toEqual([])
  })
})
