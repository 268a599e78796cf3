/** The parts of v1.1 that stand on their own: JSON, cursors, parameters. */
import { Page, UserId } from "@kith/core"
import { Result } from "effect"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Cursor from "../../packages/sandbox/src/v1/Cursor.ts"
import { parameters } from "../../packages/sandbox/src/v1/Declarations.ts"
import * as Json from "../../packages/sandbox/src/v1/Json.ts"
import * as Parameters from "../../packages/sandbox/src/v1/Parameters.ts"
import { createdAt } from "../../packages/sandbox/src/v1/UserJson.ts"

const text = (value: Json.Json | undefined): string => (typeof value === "string" ? value : "")

const older = (list: Page.ListName, user: UserId.UserId, than: number): string =>
  text(
    Cursor.members(list, user, {
      next: Page.encodeCursor(list, user, { direction: "older", than }),
    })["next_cursor_str"],
  )

const request = (method: string, search: string, body = "", contentType = "") => ({
  method,
  path: "/",
  search,
  headers: { "content-type": contentType },
  body: new TextEncoder().encode(body),
  remoteAddress: "",
})

describe("Json", () => {
  test("writes what JSON.stringify writes", () => {
    const json = fc.jsonValue({ noUnicodeString: false })
    fc.assert(
      fc.property(json, (value) => {
        // Text that came from JSON has no shapes that Json lacks.
        const plain: Json.Json = JSON.parse(JSON.stringify(value))
        expect(Json.write(plain)).toBe(JSON.stringify(value))
      }),
    )
  })

  test("writes ids of any size exactly, and leaves undefined members out", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n }), (id) => {
        expect(Json.write({ id: Json.id(String(id)), gone: undefined })).toBe(`{"id":${id}}`)
      }),
    )
  })

  test("writes text for an id that is not a number", () => {
    for (const id of ["007", "1e3", "", "NaN", "1]", "-0"]) {
      expect(Json.write(Json.id(id))).toBe(JSON.stringify(id))
    }
  })
})

describe("Cursor", () => {
  const list = fc.constantFrom<Page.ListName>(...Page.ListName.literals)
  const user = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map((id) => UserId.make(String(id)))
  const bound = fc.record({
    direction: fc.constantFrom("older", "newer"),
    than: fc.integer({ min: 0, max: 2 ** 37 - 2 }),
  })
  test("comes back as the cursor it was made of, in at most 53 bits", () => {
    fc.assert(
      fc.property(list, user, bound, (list, user, bound) => {
        const cursor = Page.encodeCursor(list, user, bound)
        const name = bound.direction === "older" ? "next" : "previous"
        const members = Cursor.members(list, user, { [name]: cursor })
        const written = text(members[`${name}_cursor_str`])
        expect(Number.isSafeInteger(Number(written))).toBe(true)
        expect(Math.sign(Number(written))).toBe(bound.direction === "older" ? 1 : -1)
        expect(Cursor.decode(list, user, written)).toEqual({
          _tag: "At",
          cursor,
          direction: bound.direction,
        })
      }),
    )
  })

  test("stays exact at positions beyond a double", () => {
    const than = 10 ** 14
    const user = UserId.make("1")
    expect(Cursor.decode("following", user, older("following", user, than))).toMatchObject({
      cursor: Page.encodeCursor("following", user, { direction: "older", than }),
    })
  })

  test("is good for one list of one user", () => {
    fc.assert(
      fc.property(list, list, user, user, fc.nat(), (list, other, user, stranger, than) => {
        fc.pre(list !== other || user !== stranger)
        const cursor = older(list, user, than)
        // 16 bits tell them apart; a collision in 65,536 is what they are worth.
        fc.pre(older(other, stranger, than) !== cursor)
        expect(Cursor.decode(other, stranger, cursor)).toBeUndefined()
      }),
    )
  })

  test("is hardly ever guessed", () => {
    const user = UserId.make("1")
    let hits = 0
    for (let guess = 1; guess <= 65_536; guess++) {
      if (Cursor.decode("followers", user, String(guess * 104_729)) !== undefined) hits++
    }
    expect(hits).toBeLessThan(10)
  })
})

describe("Parameters", () => {
  const decode = Parameters.decoder(parameters.create)
  const form = "application/x-www-form-urlencoded; charset=UTF-8"
  const read = (...input: Parameters<typeof request>) =>
    Result.flatMap(Parameters.read(request(...input)), decode)

  test("come from the query and from a form", () => {
    expect(read("POST", "follow=1", "user_id=5&nonsense=%7B", form)).toEqual(
      Result.succeed({ follow: true, user_id: "5" }),
    )
    expect(read("POST", "user_id=5", "user_id=5", form)).toEqual(Result.succeed({ user_id: "5" }))
  })

  test("do not come from bodies of another type, nor from the body of a GET", () => {
    for (const [body, type] of [
      [`{"user_id":"5"}`, "application/json"],
      ["", "application/json"],
      ["user_id=5", "text/plain"],
    ]) {
      expect(read("POST", "follow=t", body, type)).toEqual(Result.succeed({ follow: true }))
    }
    expect(read("GET", "", "user_id=5", form)).toEqual(Result.succeed({}))
  })

  test("know a boolean in every spelling", () => {
    for (const text of ["true", "True", "TRUE", "t", "T", "1"]) {
      expect(read("POST", `follow=${text}`)).toEqual(Result.succeed({ follow: true }))
    }
    for (const text of ["false", "False", "f", "F", "0"]) {
      expect(read("POST", `follow=${text}`)).toEqual(Result.succeed({ follow: false }))
    }
  })

  test("that contradict themselves or cannot be read are refused by name", () => {
    for (const query of [
      "user_id=1&user_id=2",
      "user_id=-1",
      "user_id=١",
      "follow=true&follow=false",
      "follow=2",
    ]) {
      const name = query.slice(0, query.indexOf("="))
      expect(read("POST", query)).toMatchObject({
        failure: { status: 400, body: { errors: [{ message: `${name} parameter is invalid.` }] } },
      })
    }
  })

  test("that nobody knows do not matter, whatever their names", () => {
    expect(read("POST", "__proto__=1&constructor=2&user_id=3&&=")).toEqual(
      Result.succeed({ user_id: "3" }),
    )
  })

  test("with broken escapes are refused", () => {
    for (const query of ["user_id=%", "user_id=%FF", "%C0%80=1"]) {
      expect(Result.isFailure(read("POST", query))).toBe(true)
      expect(Result.isFailure(read("POST", "", query, form))).toBe(true)
    }
    expect(
      Result.isFailure(
        Parameters.read({ ...request("POST", "", "", form), body: new Uint8Array([0xff]) }),
      ),
    ).toBe(true)
  })
})

describe("createdAt", () => {
  test("writes X's older form, and X's first day for what it cannot read", () => {
    expect(createdAt("2007-02-20T14:35:54Z")).toBe("Tue Feb 20 14:35:54 +0000 2007")
    expect(createdAt(undefined)).toBe("Tue Mar 21 20:50:14 +0000 2006")
    expect(createdAt("long ago")).toBe("Tue Mar 21 20:50:14 +0000 2006")
  })
})
