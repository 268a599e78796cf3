/** What the in-memory store's data structures promise each other, held against naive models. */
import type { UserId } from "@kith/core"
import * as Brand from "effect/Brand"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { Arena } from "../../packages/memory-adapter/src/internal/Arena.ts"
import { CommandRecords } from "../../packages/memory-adapter/src/internal/CommandRecords.ts"
import { Edges } from "../../packages/memory-adapter/src/internal/Edges.ts"
import { leafLength, leavesOf, shape } from "../../packages/memory-adapter/src/internal/Leaves.ts"
import { Lists, membersPerList } from "../../packages/memory-adapter/src/internal/Lists.ts"
import { Rows } from "../../packages/memory-adapter/src/internal/Rows.ts"
import { SortedKeys } from "../../packages/memory-adapter/src/internal/SortedKeys.ts"
import { Users } from "../../packages/memory-adapter/src/internal/Users.ts"
import * as Uuid from "../../packages/memory-adapter/src/internal/Uuid.ts"

describe("Rows", () => {
  test("keeps every member of every row across chunks, and row 0 for nobody", () => {
    const rows = new Rows(3)
    for (let row = 1; row <= 10_000; row++) {
      expect(rows.add()).toBe(row)
      for (let member = 0; member < 3; member++) rows.set(row, member, row * 3 + member)
    }
    for (let row = 1; row <= 10_000; row++) {
      for (let member = 0; member < 3; member++) {
        if (rows.get(row, member) !== row * 3 + member) expect.fail(`row ${row}`)
      }
    }
    expect(rows.get(0, 0)).toBe(0)
    expect(rows.get(1_000_000, 0)).toBe(0)
  })
})

describe("Arena", () => {
  const request = fc.oneof(
    { weight: 3, arbitrary: fc.record({ take: fc.integer({ min: 2, max: 16 }) }) },
    { weight: 2, arbitrary: fc.record({ give: fc.nat() }) },
  )

  test("never hands out a block, or a part of one, that is still in use", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 300 }), (requests) => {
        const arena = new Arena()
        const taken: Array<{ block: number; sizeClass: number; mark: number }> = []
        for (const [mark, step] of requests.entries()) {
          if ("take" in step) {
            const block = arena.take(step.take)
            const start = arena.offset(block)
            expect(block).toBeGreaterThan(0)
            expect(start + 2 ** step.take).toBeLessThanOrEqual(arena.chunk(block).length)
            arena.chunk(block).fill(mark, start, start + 2 ** step.take)
            taken.push({ block, sizeClass: step.take, mark })
          } else if (taken.length > 0) {
            const [gone] = taken.splice(step.give % taken.length, 1)
            if (gone !== undefined) arena.give(gone.block, gone.sizeClass)
          }
        }
        for (const { block, sizeClass, mark } of taken) {
          const start = arena.offset(block)
          const kept = arena.chunk(block).subarray(start, start + 2 ** sizeClass)
          expect(kept.every((value) => value === mark)).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  test("uses blocks that were given back before it grows", () => {
    const arena = new Arena()
    const blocks = Array.from({ length: 5000 }, () => arena.take(4))
    const { size } = arena
    for (let round = 0; round < 20; round++) {
      for (const block of blocks) arena.give(block, 4)
      for (let at = 0; at < blocks.length; at++) blocks[at] = arena.take(4)
    }
    expect(arena.size).toBe(size)
    expect(new Set(blocks).size).toBe(blocks.length)
  })
})

describe("Edges", () => {
  test("finds each edge that was added, and no other, while the index grows", () => {
    const edges = new Edges()
    const users = 300
    const rows = new Map<number, number>()
    // Steps that share no divisor with users * users come by every pair in a scattered order.
    for (let pair = 0, step = 0; step < 60_000; step++, pair = (pair + 7919) % (users * users)) {
      const [from, to] = [1 + Math.floor(pair / users), 1 + (pair % users)]
      if (edges.find(from, to) !== 0) expect.fail(`${from}→${to} was found before it was added`)
      rows.set(pair, edges.add(from, to))
    }
    for (let pair = 0; pair < users * users; pair++) {
      const found = edges.find(1 + Math.floor(pair / users), 1 + (pair % users))
      if (found !== (rows.get(pair) ?? 0)) expect.fail(`pair ${pair}`)
    }
    expect(edges.size).toBe(60_000)
  })
})

describe("Users", () => {
  // Of any length, and the largest, whose halves do not fit 32 bits.
  const digits = fc.oneof(
    fc.bigInt({ min: 0n, max: 9_999_999_999_999_999_999n }),
    fc.nat().map(BigInt),
    fc
      .tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 }))
      .map(([times, low]) => BigInt(times) * 2n ** 32n * 1_000_000_000n + BigInt(low)),
  )
  // What the schema of ids rules out, in the hands of somebody who went around it.
  const odd = fc.oneof(
    fc.string(),
    digits.map((number) => `0${number}`),
    digits.map((number) => `${number}0000000000000000000`),
  )
  const toId = Brand.nominal<UserId.UserId>()

  test("have one number each, whatever their ids look like", () => {
    const ids = fc.array(fc.oneof(digits.map(String), odd), { maxLength: 60 })
    fc.assert(
      fc.property(ids, (texts) => {
        const users = new Users(1)
        const numbers = new Map<string, number>()
        for (const id of texts.map((text) => toId(text))) {
          expect(users.find(id)).toBe(numbers.get(id) ?? 0)
          if (!numbers.has(id)) numbers.set(id, users.add(id))
          expect(users.id(users.find(id))).toBe(id)
        }
        expect([...numbers.values()]).toEqual([...numbers.keys()].map((_, index) => index + 1))
      }),
    )
  })
})

describe("Lists", () => {
  interface Naive {
    positions: Array<number>
  }

  const check = (lists: Lists, owner: number, list: number, naive: Naive, limit: number): void => {
    const { positions } = naive
    expect(lists.count(owner, list)).toBe(positions.length)
    const bounds = [0, 1, Infinity]
    for (const position of [0, 0.3, 0.5, 0.9, 1].map(
      (part) => positions[Math.floor(part * (positions.length - 1))],
    )) {
      if (position !== undefined) bounds.push(position - 1, position, position + 1)
    }
    for (const than of bounds) {
      const below = positions.filter((position) => position < than).toReversed()
      expect(lists.older(owner, list, limit, than)).toEqual({
        positions: below.slice(0, limit),
        older: below.length > limit,
        newer: below.length < positions.length,
      })
      const above = positions.filter((position) => position > than)
      expect(lists.newer(owner, list, limit, than)).toEqual({
        positions: above.slice(0, limit).toReversed(),
        older: above.length < positions.length,
        newer: above.length > limit,
      })
    }
  }

  // Phases of growing and shrinking, so that lists cross the sizes at which their form changes.
  const phase = fc.record({
    append: fc.integer({ min: 0, max: 700 }),
    remove: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true })),
    from: fc.constantFrom("oldest", "newest", "middle", "anywhere"),
    list: fc.nat({ max: 3 }),
    seed: fc.nat(),
    limit: fc.integer({ min: 1, max: 300 }),
  })

  test("hold what was added and not removed, in order, in pages of any size and place", () => {
    fc.assert(
      fc.property(fc.array(phase, { minLength: 1, maxLength: 8 }), (phases) => {
        const rows = new Rows(1 + 2 * membersPerList)
        const lists = new Lists(rows, 1)
        const owners = [rows.add(), rows.add()]
        const naive = Array.from({ length: 4 }, (): Naive => ({ positions: [] }))
        let next = 1
        for (const { append, remove, from, list, seed, limit } of phases) {
          const owner = owners[list >> 1] ?? 0
          const model = naive[list]
          if (model === undefined) continue
          for (let count = 0; count < append; count++, next += 1 + (next % 3)) {
            lists.append(owner, list & 1, next)
            model.positions.push(next)
          }
          const removals = Math.floor(remove * model.positions.length)
          for (let count = 0; count < removals; count++) {
            const { length } = model.positions
            const at = {
              oldest: 0,
              newest: length - 1,
              middle: length >> 1,
              anywhere: (seed + count * 7919) % length,
            }[from]
            const [position = 0] = model.positions.splice(at, 1)
            lists.remove(owner, list & 1, position)
            // It is not there any more: nothing happens.
            lists.remove(owner, list & 1, position)
          }
          for (const [other, expected] of naive.entries()) {
            check(lists, owners[other >> 1] ?? 0, other & 1, expected, limit)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test("give back the room of what was removed", () => {
    const rows = new Rows(membersPerList)
    const lists = new Lists(rows, 0)
    const owner = rows.add()
    let next = 1
    let oldest = 1
    const turn = (): void => {
      for (; next % 20_000 !== 0; next++) lists.append(owner, 0, next)
      lists.append(owner, 0, next++)
      // One of a hundred stays, so that leaves are joined and not only dropped.
      for (; oldest < next; oldest++) if (oldest % 100 !== 0) lists.remove(owner, 0, oldest)
      for (let left = oldest - 20_000; left < next; left++) lists.remove(owner, 0, left)
    }
    turn()
    const { size } = lists
    for (let round = 0; round < 10; round++) turn()
    expect(lists.count(owner, 0)).toBe(0)
    expect(lists.size).toBe(size)
  })

  test("give back what a list needed beside its positions while it was long", () => {
    const rows = new Rows(membersPerList)
    const lists = new Lists(rows, 0)
    const owner = rows.add()
    let next = 1
    for (; next <= leafLength; next++) lists.append(owner, 0, next)
    const { size } = lists
    for (const end = next + 100_000; next < end; next++) {
      lists.append(owner, 0, next)
      lists.remove(owner, 0, next)
    }
    expect(lists.size).toBe(size)
  })

  test("read a page at the same cost however much was removed beside it", () => {
    const rows = new Rows(membersPerList)
    const lists = new Lists(rows, 0)
    const owner = rows.add()
    for (let position = 1; position <= 100_000; position++) lists.append(owner, 0, position)
    for (let position = 11; position <= 99_990; position++) lists.remove(owner, 0, position)
    // Twenty positions in what is left of eight hundred leaves.
    expect(lists.count(owner, 0)).toBe(20)
    expect(leavesOf(rows.get(owner, shape))).toBeLessThanOrEqual(2)
    expect(lists.older(owner, 0, 15, Infinity).positions).toHaveLength(15)
  })
})

describe("Uuid", () => {
  test("reads what was written", () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat({ max: 5 }), (uuid, offset) => {
        const place = new Int32Array(10)
        Uuid.write(uuid, place, offset)
        expect(Uuid.read(place, offset)).toBe(uuid)
      }),
    )
  })
})

describe("CommandRecords", () => {
  test("remembers the newest and forgets the oldest first", () => {
    const end = { fingerprint: "", relationship: 0, version: 0, attempts: 1, first: 0, events: 0 }
    const records = new CommandRecords(3)
    const ids = Array.from({ length: 10 }, (_, count) => `id-${count}`)
    for (const [count, id] of ids.entries()) {
      records.add(id, { ...end, version: count })
      expect(ids.filter((known) => records.get(known) !== undefined)).toEqual(
        ids.slice(Math.max(0, count - 2), count + 1),
      )
      expect(records.get(id)?.version).toBe(count)
    }
  })
})

describe("SortedKeys", () => {
  /** Many keys at a time, few, and none; some of them go again, and come back. */
  const step = fc.record({
    toggled: fc.oneof(
      fc.array(fc.nat(999), { maxLength: 4 }),
      fc.array(fc.nat(999), { minLength: 100, maxLength: 300, size: "max" }),
    ),
    prefix: fc.constantFrom("", "k1", "k12", "none"),
    limit: fc.integer({ min: 1, max: 50 }),
    after: fc.option(
      fc.nat(999).map((n) => `k${n}`),
      { nil: undefined },
    ),
  })

  test("gives any part of its keys in order, however many came and went since the last look", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const keys = new SortedKeys()
        const naive = new Set<string>()
        for (const { after, limit, prefix, toggled } of steps) {
          for (const key of toggled.map((n) => `k${n}`)) {
            if (naive.delete(key)) keys.remove(key)
            else {
              naive.add(key)
              keys.add(key)
            }
          }
          const expected = Array.from(naive)
            .filter((key) => key.startsWith(prefix) && (after === undefined || key > after))
            .toSorted()
          expect(keys.range(prefix, limit, after)).toEqual(expected.slice(0, limit))
        }
      }),
    )
  })
})
