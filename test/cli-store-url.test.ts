/** How people name a store, and a time in the past. */
import { Redacted, Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as StoreUrl from "../packages/cli/src/store/StoreUrl.ts"
import * as When from "../packages/cli/src/store/When.ts"

const mistake = (text: string): string =>
  Result.match(StoreUrl.parse(text), { onFailure: (it) => it, onSuccess: () => "" })

const parsed = (text: string): StoreUrl.StoreUrl => Result.getOrThrow(StoreUrl.parse(text))

describe("a store", () => {
  test("is memory, in small letters or not", () => {
    expect(parsed("memory")).toEqual({ _tag: "Memory", shown: "memory" })
    expect(parsed("Memory")).toEqual(parsed("memory"))
  })

  test.each(["./kith.db", "/srv/kith.db", "a folder/b?c#d%20.db", "C:\\kith.db", "kith"])(
    "is the file %s, to the letter",
    (file) => {
      expect(parsed(`sqlite:${file}`)).toEqual({ _tag: "Sqlite", shown: `sqlite:${file}`, file })
    },
  )

  test("is a PostgreSQL URL, which is passed on without the schema that kith takes from it", () => {
    const store = parsed(
      "PostgreSQL://me:hun%40ter@db.example:5433/kith?sslmode=require&schema=my_kith&application_name=x",
    )
    if (store._tag !== "Postgres") throw new Error(store._tag)
    expect(Redacted.value(store.url)).toBe(
      "postgresql://me:hun%40ter@db.example:5433/kith?sslmode=require&application_name=x",
    )
    expect(store.schema).toBe("my_kith")
    expect(store.shown).toBe("postgresql://me:***@db.example:5433/kith?schema=my_kith")
  })

  test.each([
    ["", "expected memory, sqlite:FILE or postgres://"],
    ["paper", "expected memory, sqlite:FILE or postgres://"],
    ["mysql://me:hunter2@db/kith", "expected memory, sqlite:FILE or postgres://"],
    ["kith.db", "did you mean sqlite:kith.db"],
    ["sqlite:", "sqlite: is without a file"],
    ["sqlite::memory:", "write memory"],
    ["sqlite:///srv/kith.db", "a path and no URL"],
    ["sqlite:file:kith.db", "a path and no URL"],
    ["sqlite:~/kith.db", "nobody resolves the ~"],
    ["sqlite:kith/", "a file and no directory"],
    ["sqlite:kith\0.db", "no zero byte"],
    ["postgres:kith", "not a PostgreSQL URL"],
    ["postgres://me:hunt#er2@db/kith", "not a PostgreSQL URL"],
    ["postgres://me:12/hunter2@db/kith", "not a PostgreSQL URL"],
    ["postgres://me:hunter2@db", "names no database"],
    ["postgres://me:12?hunter2@db/kith", "names no database"],
    ["postgres://me:hunter2@db/kith?schema=A;B", "a schema is named with small letters"],
  ])("is not %j, and the line says what to write", (text, words) => {
    expect(mistake(text)).toContain(words)
    expect(mistake(text)).not.toMatch(/\n|hunt|er2/)
  })

  test("never shows a password, whatever it consists of", () => {
    const secret = fc
      .string({ unit: "binary-ascii", minLength: 6, maxLength: 20 })
      .map((text) => `s3cr3t${text}`)
    fc.assert(
      fc.property(secret, fc.boolean(), (password, isEncoded) => {
        const written = isEncoded ? encodeURIComponent(password) : password
        const result = StoreUrl.parse(`postgres://me:${written}@db.example/kith?password=s3cr3t`)
        const shown = Result.match(result, {
          onFailure: (it) => it,
          onSuccess: (it) => JSON.stringify(it),
        })
        expect(shown).not.toContain("s3cr3t")
        if (isEncoded) expect(Result.isSuccess(result)).toBe(true)
      }),
    )
  })
})

describe("a time in the past", () => {
  const now = Date.UTC(2026, 7, 22, 12)

  test.each([
    ["0m", now],
    ["90m", now - 90 * 60_000],
    ["12h", now - 12 * 3_600_000],
    ["30d", now - 30 * 86_400_000],
    ["2w", now - 14 * 86_400_000],
    ["2026-01-31", Date.UTC(2026, 0, 31)],
    ["2026-08-22T12:00Z", now],
    ["2026-08-22T13:00:30.250+02:00", Date.UTC(2026, 7, 22, 11, 0, 30, 250)],
  ])("is %s", (text, time) => {
    expect(Result.getOrThrow(When.parse(text, now))).toBe(time)
  })

  test.each([
    "",
    "30",
    "d",
    "-1d",
    "1.5d",
    "30 d",
    "2026",
    "2026-13-01",
    "2026-01-31T12:00",
    "now",
  ])("is not %j", (text) => {
    expect(Result.getFailure(When.parse(text, now)).pipe(String)).toContain("expected an age")
  })

  test("is not yet to come", () => {
    expect(Result.isFailure(When.parse("2026-08-23", now))).toBe(true)
  })
})
