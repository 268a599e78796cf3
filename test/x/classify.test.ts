/** Every refusal has one reason: the corpus, and all that could be said. */
import { Classify, Limited, RateHeaders, Refusal } from "@kith/http-adapter"
import { RemoteError } from "@kith/core"
import * as fc from "fast-check"
import { describe, expect, test } from "vitest"
import * as Evidence from "../../packages/http-adapter/src/classify/Evidence.ts"
import { outages } from "./corpus/outages.ts"
import { quota } from "./corpus/quota.ts"
import { asked, at, inSeconds, type Recorded, reply } from "./corpus/recorded.ts"
import { v1 } from "./corpus/v1.ts"
import { v2 } from "./corpus/v2.ts"
import { bodies, replies, secrets, within } from "./support/replies.ts"

const classify = (recorded: Recorded) =>
  Classify.classify(reply(recorded), asked(recorded.endpoint))

const corpus = { v1, v2, quota, outages }

describe.for(Object.entries(corpus))("the corpus of %s", ([, recordings]) => {
  test.for(recordings.map((it) => [it.title, it] as const))("knows %s", ([, recorded]) => {
    const { outcome, reason, resetAt } = classify(recorded)
    const { outcome: expected = "refused", resetIn } = recorded
    expect({ reason, outcome, resetAt }).toEqual({
      reason: recorded.reason,
      outcome: expected,
      resetAt: resetIn === undefined ? undefined : at + resetIn,
    })
  })
})

test("the corpus has every reason that an answer can have", () => {
  const found = new Set(Object.values(corpus).flatMap((all) => all.map((it) => it.reason)))
  const rules: ReadonlyArray<Refusal.Reason> = [
    "TargetNotFound",
    "TargetSuspended",
    "BlockedByTarget",
    "BlockingTarget",
    "CannotFollowSelf",
    "NotFollowing",
    "AlreadyRequested",
  ]
  expect([...found].toSorted()).toEqual([...RemoteError.Reason.literals, ...rules].toSorted())
})

describe("classify", () => {
  const passing = new Set<Refusal.Reason>([
    "WindowExhausted",
    "DayExhausted",
    "CapExhausted",
    "AccountLimit",
    "Automated",
    "Outage",
  ])

  test("gives every answer one reason, with what follows from it", () => {
    fc.assert(
      fc.property(replies, fc.constantFrom("followUser", "getUsersFollowers"), (it, endpoint) => {
        const refusal = Classify.classify(it, asked(endpoint))
        const { evidence, message, outcome, reason, resetAt, retryable } = refusal
        expect(Refusal.isRule(reason) || RemoteError.Reason.literals.includes(reason)).toBe(true)
        expect(message).toMatch(/^[\x20-\x7e]{10,200}$/)
        if (reason !== "Malformed") expect(retryable).toBe(passing.has(reason))
        if (resetAt !== undefined) {
          expect(retryable).toBe(true)
          expect(Number.isSafeInteger(resetAt)).toBe(true)
        }
        expect(evidence.status).toBe(it.status)
        expect(evidence.body.length).toBeLessThanOrEqual(1_024)
        // Reading has no effect to be unsure of.
        if (endpoint === "getUsersFollowers") expect(outcome).toBe("refused")
        // A rule is never told by an answer that leaves the outcome open.
        if (outcome === "unknown") expect(Refusal.isRule(reason)).toBe(false)
        // The error that it becomes is one that the core takes.
        const error = Refusal.toError(refusal)
        expect(RemoteError.Reason.literals).toContain(error.reason)
        expect(error.message).toBe(`${endpoint}: ${message}`)
      }),
      { numRuns: 1_000 },
    )
  })

  test("leaves the outcome of a write open after each answer that may come after its effect", () => {
    fc.assert(
      fc.property(replies, (it) => {
        const { outcome } = Classify.classify(it, asked("friendships/create"))
        if (it.status >= 500 && it.status < 600) expect(outcome).toBe("unknown")
        if ([401, 420, 429].includes(it.status)) expect(outcome).toBe("refused")
      }),
    )
  })

  test("does not advise to try again what may have taken effect", () => {
    fc.assert(
      fc.property(replies, fc.constantFrom("followUser", "friendships/show"), (it, endpoint) => {
        const { message, outcome, retryable } = Classify.classify(it, asked(endpoint))
        if (outcome === "unknown") expect(message).not.toContain("again")
        else if (retryable) expect(message).toMatch(/try again|wait/)
      }),
    )
  })

  test("takes each 429 for a quota, whatever else it says", () => {
    fc.assert(
      fc.property(bodies, (body) => {
        const { outcome, reason } = Classify.classify(
          reply({ status: 429, body }),
          asked("followUser"),
        )
        expect(outcome).toBe("refused")
        expect(["WindowExhausted", "CapExhausted"]).toContain(reason)
      }),
    )
  })

  test("says of a cap which one it is", () => {
    const body = '{"type":"https://api.x.com/2/problems/usage-capped","period":"Daily"}'
    const { message } = Classify.classify(reply({ status: 429, body }), asked("getUsersByIds"))
    expect(message).toContain("the daily cap")
  })

  test("goes by the first hundred errors of an answer, and by what it says itself", () => {
    const of = (unknown: number) => {
      const errors = [...Array.from({ length: unknown }, () => ({ code: 1 })), { code: 326 }]
      const body = JSON.stringify({ errors, type: "x/problems/client-forbidden" })
      return Classify.classify(reply({ status: 403, body }), asked("followUser")).reason
    }
    expect([of(99), of(100)]).toEqual(["AccountLocked", "PlanRequired"])
  })

  test("does not take names of Object.prototype for codes, types or words", () => {
    for (const name of ["constructor", "__proto__", "toString", "hasOwnProperty"]) {
      const body = JSON.stringify({ type: name, error: name, detail: name })
      expect(Classify.classify(reply({ status: 403, body }), asked("followUser")).reason).toBe(
        "Unclassified",
      )
    }
  })
})

describe("RateHeaders.announced", () => {
  const headers = {
    "x-rate-limit-limit": "50",
    "x-rate-limit-remaining": "49",
    "x-rate-limit-reset": inSeconds(900),
    "x-user-limit-24hour-limit": "400",
    "x-user-limit-24hour-remaining": "0",
    "x-user-limit-24hour-reset": inSeconds(3_600),
    "x-app-limit-24hour-limit": "1000",
    "x-app-limit-24hour-remaining": "7",
    "x-app-limit-24hour-reset": inSeconds(7_200),
  }

  test("reads the three windows that X announces", () => {
    expect(RateHeaders.announced(reply({ status: 200, body: "", headers }))).toEqual([
      { name: "15min", max: 50, remaining: 49, resetAt: at + 900_000 },
      { name: "24hour", max: 400, remaining: 0, resetAt: at + 3_600_000 },
      { name: "24hour-app", max: 1_000, remaining: 7, resetAt: at + 7_200_000 },
    ])
  })

  test("leaves out a window of which something is missing or makes no sense", () => {
    const numbers = fc.oneof(fc.nat().map(String), fc.string(), fc.constant(undefined))
    fc.assert(
      fc.property(numbers, numbers, numbers, (limit, remaining, reset) => {
        const values: Record<string, string | undefined> = {
          "x-rate-limit-limit": limit,
          "x-rate-limit-remaining": remaining,
          "x-rate-limit-reset": reset,
        }
        const windows = RateHeaders.announced({ header: (name) => values[name] })
        const whole = [limit, remaining, reset].every((it) => /^\s*\d{1,12}\s*$/.test(it ?? ""))
        expect(windows.length).toBe(whole ? 1 : 0)
        for (const { max, remaining, resetAt } of windows) {
          expect([max, remaining, resetAt].every(Number.isSafeInteger)).toBe(true)
        }
      }),
    )
  })

  test("names the windows that a refusal closes", () => {
    const closes = (some: Record<string, string>) =>
      Limited.limited(reply({ status: 429, body: "", headers: some }), []).windows
    expect(closes({})).toEqual(["15min"])
    expect(closes(headers)).toEqual(["24hour"])
    expect(closes({ ...headers, "x-user-limit-24hour-remaining": "5" })).toEqual(["24hour-app"])
  })
})

describe("Evidence", () => {
  test("keeps what X says of the matter", () => {
    for (const text of [
      '{"title":"Forbidden","detail":"Forbidden","type":"https://api.twitter.com/2/problems/not-authorized-for-resource","status":403}',
      '{"errors":[{"code":160,"message":"You\'ve already requested to follow riverotter."}]}',
      "The `id` query parameter value [1354143047324299264] must be the same as the authenticating user [2244994945]",
      '{"request":"\\/1.1\\/friendships\\/create.json","error":"Not authorized."}',
      "https://developer.twitter.com/en/docs/projects/overview",
      "/2/users/63046977/following/2244994945 at 2026-08-22T10:00:00.000Z",
    ]) {
      expect(Evidence.redact(text)).toBe(text)
    }
  })

  test("takes out whatever opens a door, however it is quoted", () => {
    fc.assert(
      fc.property(secrets, within, fc.constantFrom(200, 403, 503), (secret, echo, status) => {
        const body = echo(secret)
        const refusal = Classify.classify(reply({ status, body }), asked("followUser"))
        const shown = JSON.stringify([refusal.evidence, refusal.message])
        for (let from = 0; from + 8 <= secret.length; from++) {
          expect(shown, body).not.toContain(secret.slice(from, from + 8))
        }
      }),
      { numRuns: 5_000 },
    )
  })

  test("takes out short secrets that are named", () => {
    for (const body of [
      "oauth_token=hunter2&oauth_token_secret=\"hunter2\", oauth_consumer_key='hunter2'",
      '{"access_token":"hunter2","refresh_token" : "hunter2"}',
      '{"echo":"{\\"client_secret\\":\\"hunter2\\"}"}',
      "<pre>consumer_secret: hunter2</pre> password=&quot;hunter2&quot;",
      "Authorization: Bearer hunter2",
      '{"headers":{"authorization":"Basic hunter2"}}',
      'Bearer hunter2 and "Basic hunter2"',
      '{"password":"my hunter2 of "',
      "no such thing: 63046977-hunterhunter",
    ]) {
      expect(Evidence.redact(body), body).not.toContain("hunter")
    }
  })

  test("is on one line, at most 1,024 characters long, and takes little time for anything", () => {
    const nasty = [
      "a-",
      "token",
      '"',
      "oauth_",
      "&quot;",
      "\\",
      "Bearer ",
      "=",
      " ",
      "\n",
      "é",
      " xx𝒳",
    ]
    for (const part of nasty) {
      const { body } = Evidence.of({ status: 500, body: part.repeat(1_000_000 / part.length) })
      expect(body.length).toBeLessThanOrEqual(1_024)
      expect(body).toMatch(/^[^\n\r]*$/)
      expect(body.isWellFormed()).toBe(true)
    }
  })
})
