/** Faults: the pure rules, and what they do to a request over the wire. */
import { describe, expect, test } from "vitest"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import * as Faults from "../../packages/sandbox/src/control/Faults.ts"
import { codeOf, happycamper, twitterDev, useSandbox } from "../support/sandbox-calls.ts"

const { sandbox, call, asX } = useSandbox()

describe("faults", () => {
  const follow = () =>
    asX("POST", `/2/users/${happycamper}/following`, { target_user_id: twitterDev })
  const state = async () =>
    (await call("GET", `/sandbox/relationships/${happycamper}/${twitterDev}`)).json.state

  test("answers as told for as many times as told, and does nothing", async () => {
    const rule = {
      match: { method: "post", path: "/2/users/", user: "HAPPYCAMPER" },
      times: 2,
      effect: { status: 503, headers: { "Retry-After": "7" }, body: { title: "no" } },
    }
    const added = await call("POST", "/sandbox/faults", rule)
    expect([added.status, added.json]).toEqual([201, { faults: [rule] }])
    expect(await follow()).toMatchObject({ status: 503, json: { title: "no" } })
    expect((await asX("GET", "/2/users/me")).status).toBe(200)
    expect((await call("GET", "/sandbox/faults")).json.faults[0].times).toBe(1)
    expect((await follow()).status).toBe(503)
    expect(await state()).toBe("none")
    expect((await follow()).status).toBe(200)
    expect((await call("GET", "/sandbox/faults")).json).toEqual({ faults: [] })
  })

  test("cuts the connection before or after the command is carried out", async () => {
    await call("POST", "/sandbox/faults", [
      { match: { path: "/2/" }, times: 1, effect: { drop: "before" } },
      { match: { path: "/2/" }, times: 1, effect: { drop: "after" } },
    ])
    await expect(follow()).rejects.toThrow("fetch failed")
    expect(await state()).toBe("none")
    await expect(follow()).rejects.toThrow("fetch failed")
    expect(await state()).toBe("following")
  })

  test("puts headers in the place of the answer's own, however they are spelt", async () => {
    const headers = {
      "X-Rate-Limit-Remaining": "0",
      "Content-Type": "text/html",
      Date: "Sun, 22 Nov 2026 10:00:00 GMT",
    }
    await call("POST", "/sandbox/clock", { advanceSeconds: 3_600 })
    const answers = async (effect: object) => {
      await call("POST", "/sandbox/faults", { times: 1, effect })
      const { headers: sent } = await fetch(`${sandbox().url}/2/users/me`)
      return Object.fromEntries(Object.keys(headers).map((name) => [name, sent.get(name)]))
    }
    expect(await answers({ headers })).toEqual(headers)
    expect(await answers({ headers, status: 200 })).toEqual(headers)
  })

  test("adds headers to the true answer of a user", async () => {
    const headers = { "X-Rate-Limit-Remaining": "0", "x-more": "1" }
    await call("POST", "/sandbox/faults", { effect: { headers } })
    const { accessToken } = builtIn.tokens[0]?.oauth2 ?? {}
    const { headers: sent } = await fetch(`${sandbox().url}/2/users/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    })
    expect(sent.get("x-rate-limit-limit")).toBe("75")
    expect(sent.get("x-rate-limit-remaining")).toBe("0")
    expect(sent.get("x-more")).toBe("1")
    expect(sent.get("content-type")).toBe("application/json; charset=utf-8")
  })

  test("says what is wrong with the name of a header", async () => {
    const wrong = async (name: string) => {
      const rule = { effect: { headers: { [name]: "x" } } }
      const { json } = await call("POST", "/sandbox/faults", rule)
      return json.error.mistakes
    }
    expect(await wrong("a b")).toEqual([
      { path: 'effect.headers["a b"]', message: "not a header's name" },
    ])
    expect(await wrong("Content-Length")).toEqual([
      {
        path: 'effect.headers["Content-Length"]',
        message: "a fault may not change the headers content-length, transfer-encoding, connection",
      },
    ])
  })

  test("clears them all, and spares the control API", async () => {
    await call("POST", "/sandbox/faults", { match: {}, effect: { status: 500 } })
    expect((await call("GET", "/sandbox/health")).status).toBe(200)
    expect((await call("DELETE", "/sandbox/faults")).json).toEqual({ faults: [] })
    expect((await follow()).status).toBe(200)
  })

  test.each([
    {},
    { effect: {} },
    { effect: { status: 99 } },
    { effect: { status: 101 } },
    { effect: { status: 503 }, times: 0 },
    { effect: { drop: "now" } },
    { effect: { delayMs: -1 } },
    { effect: { headers: { "a b": "x" } } },
    { effect: { headers: { a: "x\r\ny: z" } } },
    { effect: { headers: { "Content-Length": "5" } } },
    { match: { path: "2/users" }, effect: { status: 500 } },
    { match: { method: "BREW" }, effect: { status: 500 } },
    { match: { host: "x" }, effect: { status: 500 } },
    [{ effect: { status: 500 } }, { effect: {} }],
  ])("refuses the rule %j", async (rule) => {
    expect(await codeOf(call("POST", "/sandbox/faults", rule))).toEqual([400, "invalid-request"])
    expect((await call("GET", "/sandbox/faults")).json).toEqual({ faults: [] })
  })

  test("lets the first rule that matches befall a request, and counts down that one alone", () => {
    const subject = (method: string, path: string, id?: string): Faults.Subject => ({
      method,
      path,
      user: () => (id === undefined ? undefined : { id, username: `user${id}` }),
    })
    const rules: ReadonlyArray<Faults.Rule> = [
      { match: { user: "user1", method: "get" }, times: 1, effect: { status: 401 } },
      { match: { path: "/2/" }, times: 2, effect: { status: 502 } },
      { effect: { delayMs: 5 } },
    ]
    const first = Faults.next(rules, subject("GET", "/2/users/me", "1"))
    expect(first.effect).toEqual({ status: 401 })
    expect(first.rules).toEqual(rules.slice(1))
    const second = Faults.next(first.rules, subject("GET", "/2/users/me", "1"))
    expect(second.effect).toEqual({ status: 502 })
    expect(second.rules).toEqual([{ ...rules[1], times: 1 }, rules[2]])
    const third = Faults.next(second.rules, subject("POST", "/1.1/x.json"))
    expect(third.effect).toEqual({ delayMs: 5 })
    expect(third.rules).toEqual(second.rules)
  })

  test("looks at how a path begins, and never ends a rule without a number of times", () => {
    const rules: ReadonlyArray<Faults.Rule> = [
      { match: { path: "/users" }, effect: { status: 500 } },
    ]
    const at = (path: string) => Faults.next(rules, { method: "GET", path, user: () => undefined })
    expect(at("/users/1").effect).toEqual({ status: 500 })
    expect(at("/users/1").rules).toEqual(rules)
    expect(at("/2/users").effect).toBeUndefined()
  })

  test("asks who sends a request only when a rule names a user and the rest matches", () => {
    const subject: Faults.Subject = {
      method: "GET",
      path: "/2/users/me",
      user: () => expect.fail("nobody asked"),
    }
    expect(
      Faults.next([{ match: { path: "/1.1/", user: "1" }, effect: { status: 500 } }], subject),
    ).toEqual({
      effect: undefined,
      rules: [{ match: { path: "/1.1/", user: "1" }, effect: { status: 500 } }],
    })
  })
})
