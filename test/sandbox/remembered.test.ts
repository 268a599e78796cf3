/** What the sandbox remembers of texts that come again, and that it comes to the same. */
import { expect, it } from "@effect/vitest"
import * as Remembered from "../../packages/sandbox/src/http/Remembered.ts"
import * as Router from "../../packages/sandbox/src/http/Router.ts"
import * as V2 from "../../packages/sandbox/src/v2/V2.ts"

it("forgets everything once there is too much of it, and keeps nothing long", () => {
  const lengths = Remembered.make<number>()
  const texts = Array.from({ length: 200 }, (_, index) => `text ${index}`)
  for (const text of texts) expect(lengths.set(text, text.length)).toBe(text.length)
  for (const text of texts) expect(lengths.get(text)).toBe(text.length)
  expect(lengths.set("x".repeat(301), 301)).toBe(301)
  expect(lengths.get("x".repeat(301))).toBeUndefined()
  lengths.set("one more", 8)
  expect(lengths.get("one more")).toBe(8)
  expect(texts.map(lengths.get).every((length) => length === undefined)).toBe(true)
})

it("finds the same route again, under each method", () => {
  const find = Router.make(V2.routes)
  const requests = ["GET", "HEAD", "POST", "DELETE"].flatMap((method) =>
    ["/2/users/1/following", "/2/users/1/following/2", "/2/users/me", "/2/nothing"].map(
      (path) => [method, path] as const,
    ),
  )
  const first = requests.map(([method, path]) => find(method, path))
  expect(new Set(first.map(({ _tag }) => _tag))).toEqual(
    new Set(["Found", "WrongMethod", "Unknown"]),
  )
  expect(requests.map(([method, path]) => find(method, path))).toEqual(first)
})
