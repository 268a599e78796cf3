/** The adapter seen from outside: spans and metrics of Effect, and nothing in them that opens a door. */
import { Command, type RelationshipRemote } from "@kith/core"
import { Effect, type Exit, Metric, Tracer } from "effect"
import { inspect } from "node:util"
import { describe, expect, test } from "vitest"
import { app, me, oauth1Of, oauth2Of, people } from "../support/story-world.ts"
import {
  credentials,
  idOf,
  type Kind,
  movedClock,
  open,
  remote,
  worldOf,
} from "../support/x-remote.ts"

const { hub, open: openbook } = people
const follow = Command.follow(idOf(me), idOf(openbook))
const look = remote((it) => it.observe(idOf(me), [idOf(hub)]))

/** Keeps the spans that end. */
const recorder = () => {
  const ended: Array<Tracer.NativeSpan> = []
  class Recorded extends Tracer.NativeSpan {
    override end(endTime: bigint, exit: Exit.Exit<unknown, unknown>): void {
      super.end(endTime, exit)
      ended.push(this)
    }
  }
  const tracer = Tracer.make({ span: (options) => new Recorded(options) })
  return { ended, tracer }
}

const traced = <A, E>(
  effect: Effect.Effect<A, E, RelationshipRemote.RelationshipRemote>,
  tracer: Tracer.Tracer,
) => Effect.withTracer(effect, tracer)

describe("a request", () => {
  test("is a span with endpoint, attempt and status", async () => {
    await using x = await open({ mode: "v2", kind: "oauth2" })
    const { ended, tracer } = recorder()
    await x.run(traced(x.execute(follow), tracer))
    await x.run(traced(look, tracer))
    const seen = ended.map((it) => [it.name, it.kind, Object.fromEntries(it.attributes)])
    expect(seen).toEqual([
      ["X followUser", "client", { endpoint: "followUser", attempt: 1, status: 200 }],
      ["X getUsersByIds", "client", { endpoint: "getUsersByIds", attempt: 1, status: 200 }],
    ])
  })

  test("that is refused or lost has a span that says why", async () => {
    await using x = await open({ mode: "v2", kind: "oauth2" })
    const { ended, tracer } = recorder()
    x.fault(
      { effect: { drop: "before" }, times: 1 },
      { effect: { status: 403, body: { errors: [{ code: 326 }] } }, times: 1 },
    )
    await x.failure(traced(x.execute(follow), tracer))
    await x.failure(traced(x.execute(follow), tracer))
    expect(ended.map((it) => [it.attributes.get("status"), it.attributes.get("reason")])).toEqual([
      ["Broken", "Outage"],
      [403, "AccountLocked"],
    ])
  })

  test("that is sent anew has a span for each attempt", async () => {
    await using x = await open({ mode: "v2", kind: "oauth1", clock: movedClock(900) })
    const { ended, tracer } = recorder()
    await x.run(traced(x.execute(follow), tracer))
    expect(ended.map((it) => [it.attributes.get("attempt"), it.attributes.get("status")])).toEqual([
      [1, 401],
      [2, 200],
    ])
  })

  test("counts in metrics, by endpoint and status", async () => {
    const once = { name: "15min", max: 2, seconds: 900, per: "userAndApp" } as const
    await using x = await open({
      mode: "v2",
      kind: "oauth2",
      world: worldOf({ limits: "none" }),
      options: { limits: { followUser: { user: [once] } } },
    })
    x.fault({ effect: { status: 503 }, times: 1 })
    await x.failure(x.execute(follow))
    await x.run(x.execute(follow))
    await x.failure(x.execute(follow))
    const found = new Map(
      (await x.run(Metric.snapshot)).map(({ attributes = {}, id, state }) => [
        [id, ...Object.values(attributes)].join(" "),
        "count" in state ? Number(state.count) : undefined,
      ]),
    )
    expect(Object.fromEntries(found)).toEqual({
      "kith_x_requests followUser 503": 1,
      "kith_x_requests followUser 200": 1,
      "kith_x_request_milliseconds followUser": 2,
      "kith_x_refusals followUser Outage": 1,
      "kith_x_quota_reserved followUser": 2,
      "kith_x_quota_exhausted followUser": 1,
      "kith_x_quota_wait_milliseconds followUser": 1,
    })
  })
})

describe("secrets", () => {
  const secrets = [
    app.consumerSecret,
    app.bearerToken,
    oauth1Of(me).token,
    oauth1Of(me).secret,
    oauth2Of(me).accessToken,
  ]

  test.each(["oauth1", "oauth2", "both", "app"] as const)(
    "are in no span, no metric and no error: %s",
    async (kind: Kind) => {
      await using x = await open({ mode: "auto", kind })
      const { ended, tracer } = recorder()
      const errors: Array<unknown> = []
      // What a proxy might send back of a request, credentials and all.
      const echo = (status: number) => ({
        status,
        body: `authorization: Bearer ${oauth2Of(me).accessToken} OAuth oauth_token="${oauth1Of(me).token}" ${app.bearerToken}`,
      })
      for (const effect of [echo(200), echo(400), echo(401), echo(403), echo(429), echo(500)]) {
        x.fault({ effect })
        const list = remote((it) => it.list("followers", idOf(hub)))
        errors.push(await x.failure(traced(list, tracer)))
        if (kind !== "app") errors.push(await x.failure(traced(x.execute(follow), tracer)))
      }
      expect(ended.length).toBeGreaterThan(3)
      const said = [
        ...errors.map(String),
        ...errors.map((it) => JSON.stringify(it)),
        ...ended.map((it) => JSON.stringify([it.name, ...it.attributes])),
        JSON.stringify(await x.run(Metric.snapshot)),
      ].join("\n")
      for (const secret of secrets) expect(said).not.toContain(secret)
    },
  )

  test("are in no credential that is printed", () => {
    const service = credentials("both")
    const needs = { writes: true, v1: false }
    const found = [
      Effect.runSync(service.forApp),
      Effect.runSync(service.forUser(idOf(me), needs)),
      Effect.runSync(service.forUser(idOf(me), { ...needs, v1: true })),
    ]
    const said = JSON.stringify(found) + inspect(found, { depth: 9 })
    for (const secret of [app.consumerSecret, app.bearerToken, oauth1Of(me).secret]) {
      expect(said).not.toContain(secret)
    }
  })
})
