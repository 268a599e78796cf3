/** Grants against the sandbox, over sockets: tokens that expire, rotate, and are lost on the way. */
import { Journal } from "@kith/core"
import { Grants, Pkce, Transport } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { Context, Effect, Exit, Layer, Redacted, Scope } from "effect"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import type { FaultEffect } from "../../packages/sandbox/src/control/Faults.ts"
import { consent } from "../support/consent.ts"
import { callback, confidential as app, failureOf, secretOf, world } from "../support/x-auth.ts"

let sandbox: Sandbox.StartedSandbox

beforeAll(async () => {
  sandbox = await Sandbox.start({ world })
})
beforeEach(() => Effect.runPromise(sandbox.control.reset))
afterAll(() => sandbox.close())

const run = Effect.runPromise

/** The next refreshes go wrong in these ways. */
const fail = (...effects: ReadonlyArray<FaultEffect>): void =>
  sandbox.control.setFaults(
    effects.map((effect) => ({ match: { path: "/2/oauth2/token" }, times: 1, effect })),
  )

/** A user who has signed in, and processes that act for them, on one journal. */
const begin = async (processes = 1) => {
  const options = {
    app: app.name,
    clientId: app.clientId,
    clientSecret: secretOf(app),
    origin: sandbox.url,
  }
  const client = await run(Pkce.make({ ...options, callback }))
  const attempt = await run(client.authorize())
  const { location } = await consent(sandbox.url, attempt.url, { user: "happycamper" })
  const tokens = await run(client.exchange(attempt, location?.href ?? ""))
  const { id: user } = await run(client.whoami(tokens.accessToken))

  let asked = 0
  const counting: typeof fetch = (input, init) => {
    asked++
    return fetch(input, init)
  }
  const journal = await run(MemoryJournal.make)
  const scope = Scope.makeUnsafe()
  const make = Layer.build(Grants.layer(options)).pipe(
    Effect.map((context) => Context.get(context, Grants.Grants)),
    Effect.provideService(Journal.Journal, journal),
    Effect.provideService(Transport.Fetch, counting),
    Scope.provide(scope),
  )
  const grants = await run(make)
  const others = await run(Effect.all(Array.from({ length: processes - 1 }, () => make)))
  await run(grants.put(user, tokens))
  return {
    user,
    client,
    grants,
    all: [grants, ...others],
    stale: tokens.accessToken,
    refreshToken: tokens.refreshToken ?? Redacted.make("there is none"),
    asked: () => asked,
    whoami: (token: Redacted.Redacted) => run(client.whoami(token)),
    [Symbol.asyncDispose]: () => run(Scope.close(scope, Exit.void)),
  }
}

describe("a token that has expired", () => {
  it("is refused by X, and replaced by one that is good", async () => {
    await using it = await begin()
    await it.whoami((await run(it.grants.current(it.user))).accessToken)
    sandbox.control.world().clock.advance(7_200)
    const error = await run(failureOf(it.client.whoami(it.stale)))
    expect(error).toMatchObject({ reason: "Unauthenticated" })
    const { accessToken } = await run(it.grants.refresh(it.user, it.stale))
    expect((await it.whoami(accessToken)).id).toBe(it.user)
    expect(it.asked()).toBe(1)
  })

  it("is replaced again and again, with the refresh token of each time", async () => {
    await using it = await begin()
    let token = it.stale
    for (let time = 1; time <= 5; time++) {
      sandbox.control.world().clock.advance(7_200)
      token = (await run(it.grants.refresh(it.user, token))).accessToken
      await it.whoami(token)
      expect(it.asked()).toBe(time)
    }
  })

  it("is replaced once for a crowd in two processes, and all have the same", async () => {
    await using it = await begin(2)
    const { all, stale, user } = it
    sandbox.control.world().clock.advance(7_200)
    const credentials = await run(
      Effect.all(
        Array.from({ length: 40 }, (_, index) =>
          Effect.suspend(() => all[index % 2]?.refresh(user, stale) ?? Effect.die("no process")),
        ),
        { concurrency: "unbounded" },
      ),
    )
    const [token = "", ...more] = new Set(
      credentials.map(({ accessToken }) => Redacted.value(accessToken)),
    )
    expect(more).toEqual([])
    await it.whoami(Redacted.make(token))
    expect(it.asked()).toBe(1)
  })
})

describe("a refresh that goes wrong", () => {
  it.each<readonly [string, FaultEffect]>([
    ["the connection is cut before it arrives", { drop: "before" }],
    ["X answers 500", { status: 500 }],
    ["X answers 503 with a page", { status: 503, body: "<html>Over capacity</html>" }],
    ["X answers 429", { status: 429 }],
    ["a proxy answers for X", { status: 200, body: "<html>Pay for the network</html>" }],
    ["a proxy redirects", { status: 302, headers: { location: "https://elsewhere.example/" } }],
  ])("leaves the grant good when %s", async (_what, fault) => {
    await using it = await begin()
    fail(fault, fault)
    sandbox.control.world().clock.advance(7_200)
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await run(failureOf(it.grants.refresh(it.user, it.stale)))).toMatchObject({
        _tag: "RemoteError",
        outcome: "refused",
        retryable: true,
      })
    }
    await it.whoami((await run(it.grants.refresh(it.user, it.stale))).accessToken)
  })

  it("says that the user must sign in again when the answer was lost, and asks no more", async () => {
    await using it = await begin()
    fail({ drop: "after" })
    sandbox.control.world().clock.advance(7_200)
    expect(await run(failureOf(it.grants.refresh(it.user, it.stale)))).toMatchObject({
      reason: "Outage",
      retryable: true,
    })
    for (let attempt = 0; attempt < 3; attempt++) {
      const error = await run(failureOf(it.grants.refresh(it.user, it.stale)))
      expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
      expect(error.message).toContain("the answer to an earlier refresh was lost")
    }
    expect(it.asked()).toBe(2)
  })

  it("ends the grant when it was revoked elsewhere", async () => {
    await using it = await begin()
    await run(it.client.revoke(it.refreshToken))
    for (let attempt = 0; attempt < 2; attempt++) {
      const error = await run(failureOf(it.grants.refresh(it.user, it.stale)))
      expect(error).toMatchObject({ reason: "Unauthenticated", retryable: false })
      expect(error.message).toContain("which was revoked")
    }
    expect(it.asked()).toBe(1)
  })
})

describe("a grant that is given up", () => {
  it("opens nothing any more", async () => {
    await using it = await begin()
    const { accessToken } = await run(it.grants.refresh(it.user, it.stale))
    await run(it.grants.revoke(it.user))
    expect(await run(failureOf(it.client.whoami(accessToken)))).toMatchObject({
      reason: "Unauthenticated",
    })
    expect((await run(failureOf(it.grants.current(it.user)))).message).toContain("sign in")
  })
})
