/** The text of a world file: which JSON is accepted, and where it goes wrong. */
import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as JsonText from "../../packages/sandbox/src/world/JsonText.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import { world } from "./world-support.ts"

const parsed = (text: string): ReadonlyArray<string> =>
  Result.match(WorldFile.parse(new TextEncoder().encode(text)), {
    onFailure: (list) => list.map(WorldFile.explain),
    onSuccess: () => [],
  })

describe("parse", () => {
  test("accepts a byte order mark, as editors write it", () => {
    expect(parsed(`\ufeff${JSON.stringify(world)}`)).toEqual([])
  })

  test("refuses bytes that are not UTF-8", () => {
    const bytes = Uint8Array.of(0x22, 0xc3, 0x28, 0x22)
    expect(WorldFile.parse(bytes)).toEqual(
      Result.fail([{ path: "", message: "the bytes are not UTF-8" }]),
    )
  })

  test.each([
    ["", "line 1, column 1: expected a value, found the end of the text"],
    ['{"apps": [\n  {"name": "x",}\n]}', 'line 2, column 16: expected a member\'s name, found "}"'],
    ['{"a": tru}', 'line 1, column 7: expected a value, found "t"'],
    ['{"a" 1}', 'line 1, column 6: expected ":", found "1"'],
    ["[1 2]", 'line 1, column 4: expected "," or "]", found "2"'],
    ["[1,]", 'line 1, column 4: expected a value, found "]"'],
    ["[01]", 'line 1, column 2: expected a value, found "0"'],
    ["{}\n\n}", 'line 3, column 1: expected the end of the text, found "}"'],
    ["{'a': 1}", `line 1, column 2: expected a member's name or "}", found "'"`],
    ['{"users": [], "users": []}', 'line 1, column 15: the member "users" is here twice'],
    ['{"a\\u0062": 1, "ab": 2}', 'line 1, column 16: the member "ab" is here twice'],
  ])("says where %j is not JSON", (text, where) => {
    expect(parsed(text)).toEqual([`not JSON: ${where}`])
  })

  test("refuses what is nested too deeply for any world", () => {
    expect(parsed("[".repeat(100_000))).toEqual(["not JSON: line 1, column 65: too deeply nested"])
  })

  test("accepts exactly the texts that JSON.parse accepts", () => {
    const pieces = fc.constantFrom(
      ...Array.from('{}[],: \n"\\-0123eE.+truefalsn'),
      '"a"',
      '"b":',
      "1e5",
      "\\u00e9",
      "true",
      "\u0001",
    )
    const text = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join("")),
    )
    fc.assert(
      fc.property(text, (candidate) => {
        const expected = Result.try(() => JSON.parse(candidate))
        const found = JsonText.parse(candidate)
        if (Result.isSuccess(found)) expect(found).toEqual(expected)
        else if (!found.failure.message.endsWith("is here twice")) {
          expect(Result.isFailure(expected)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
