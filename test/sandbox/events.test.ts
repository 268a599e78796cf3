/** The log over the wire, as lines and as server-sent events; the clock and the lag. */
import { describe, expect, it, test } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { TestClock } from "effect/testing"
import * as EventRoutes from "../../packages/sandbox/src/control/EventRoutes.ts"
import * as Planes from "../../packages/sandbox/src/Planes.ts"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import {
  codeOf,
  happycamper,
  quietbirch,
  riverotter,
  twitterDev,
  useSandbox,
} from "../support/sandbox-calls.ts"

const { sandbox, call, asX, execute } = useSandbox()

describe("events", () => {
  const lines = async (from?: string) => {
    const { status, type, text } = await call(
      "GET",
      from === undefined ? "/sandbox/events" : `/sandbox/events?from=${from}`,
    )
    expect([status, type]).toEqual([200, "application/x-ndjson; charset=utf-8"])
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  }

  /** Reads server-sent events until there are as many with data as asked for, or to the end. */
  const watch = async (count: number, headers: Record<string, string> = {}, query = "") => {
    const controller = new AbortController()
    const response = await fetch(`${sandbox().url}/sandbox/events${query}`, {
      headers: { accept: "text/event-stream", ...headers },
      signal: controller.signal,
    })
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8")
    const messages: Array<string> = []
    let buffer = ""
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const parts = (buffer + chunk).split("\n\n")
      buffer = parts.pop() ?? ""
      messages.push(...parts.filter((part) => part.includes("data:")))
      if (messages.length >= count) break
    }
    controller.abort()
    return messages
  }

  const ids = (messages: ReadonlyArray<string>) =>
    messages.map((message) => /^id: (\d+)$/m.exec(message)?.[1])

  test("gives the log as lines behind a position, and ends", async () => {
    expect(await lines()).toEqual([])
    await execute("Follow", happycamper, twitterDev)
    await execute("Follow", happycamper, quietbirch)
    await execute("Unfollow", happycamper, twitterDev)
    const all = await lines()
    expect(all.map(({ type, position }) => [type, position])).toEqual([
      ["Followed", 1],
      ["FollowRequested", 2],
      ["Unfollowed", 3],
    ])
    expect(all[0]).toMatchObject({ source: happycamper, v: 1, provenance: "decided" })
    expect(await lines("1")).toEqual(all.slice(1))
    expect(await lines("3")).toEqual([])
    expect(await lines("999")).toEqual([])
  })

  test("gives a log of many batches without gap or repeat", async () => {
    const users = Array.from({ length: 60 }, (_, index) => ({
      id: String(index + 1),
      username: `user${index}`,
      name: "",
    }))
    await call("PUT", "/sandbox/world", {
      apps: [],
      users,
      tokens: [],
      relationships: users.flatMap(({ username: source }) =>
        users
          .filter(({ username }) => username !== source)
          .map(({ username: target }) => ({ source, target, state: "following" })),
      ),
      blocks: [],
    })
    const positions = (await lines()).map(({ position }) => position)
    expect(positions).toEqual(Array.from({ length: 60 * 59 }, (_, index) => index + 1))
  })

  test("gives what there is and then what comes, as server-sent events", async () => {
    await execute("Follow", happycamper, twitterDev)
    const watching = watch(3)
    await execute("Follow", riverotter, twitterDev)
    await execute("Unfollow", happycamper, twitterDev)
    const messages = await watching
    expect(ids(messages)).toEqual(["1", "2", "3"])
    const data = messages.map((message) => JSON.parse(message.split("data: ")[1] ?? ""))
    expect(data).toEqual(await lines())
  })

  test("resumes behind the last event that was seen, whatever the query says", async () => {
    for (const target of [twitterDev, quietbirch, riverotter]) {
      await execute("Follow", happycamper, target)
    }
    expect(ids(await watch(1, { "last-event-id": "2" }, "?from=0"))).toEqual(["3"])
    expect(ids(await watch(2, {}, "?from=1"))).toEqual(["2", "3"])
  })

  test("begins at the start for a position from a world that is gone", async () => {
    await execute("Follow", happycamper, twitterDev)
    expect(ids(await watch(1, { "last-event-id": "70" }))).toEqual(["1"])
  })

  test("ends the stream with a word when the world is replaced", async () => {
    await execute("Follow", happycamper, twitterDev)
    let reached: () => void = () => undefined
    const first = new Promise<void>((resolve) => {
      reached = resolve
    })
    const response = await fetch(`${sandbox().url}/sandbox/events`, {
      headers: { accept: "text/event-stream" },
    })
    const reading = (async () => {
      let text = ""
      for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        text += chunk
        if (text.includes("id: 1\n")) reached()
      }
      return text
    })()
    await first
    await call("POST", "/sandbox/reset")
    expect((await reading).endsWith("event: replaced\ndata: {}\n\n")).toBe(true)
  })

  it.effect("says every quarter of a minute that the stream is still there", () =>
    Effect.gen(function* () {
      const { control } = yield* Planes.inMemory(builtIn, [])
      const beats = yield* Queue.unbounded<string>()
      for (const route of EventRoutes.routes(control)) {
        const { body } = yield* route.answer(control.world(), {
          params: {},
          request: {
            method: "GET",
            path: "/sandbox/events",
            search: "",
            headers: { accept: "text/event-stream" },
            body: new Uint8Array(),
            remoteAddress: "127.0.0.1",
          },
        })
        if (typeof body === "string") return expect(body).toBe("a stream")
        yield* body.pipe(
          Stream.filter((text) => text === ": still here\n\n"),
          Stream.runForEach((text) => Queue.offer(beats, text)),
          Effect.forkScoped,
        )
      }
      // The stream begins with one.
      yield* Queue.take(beats)
      yield* TestClock.adjust("14999 millis")
      expect(yield* Queue.size(beats)).toBe(0)
      yield* TestClock.adjust("1 milli")
      expect(yield* Queue.size(beats)).toBe(1)
      yield* TestClock.adjust("1 minute")
      expect(yield* Queue.size(beats)).toBe(5)
    }),
  )

  test.each(["-1", "1.5", "x", "1e3", "9".repeat(16), "", "1&from=2"])(
    "refuses the position %s",
    async (from) => {
      expect(await codeOf(call("GET", `/sandbox/events?from=${from}`))).toEqual([
        400,
        "invalid-request",
      ])
    },
  )

  test("refuses a last event id that is no position", async () => {
    expect(
      await codeOf(call("GET", "/sandbox/events", undefined, { "last-event-id": "abc" })),
    ).toEqual([400, "invalid-request"])
  })
})

describe("clock and consistency", () => {
  test("moves the clock on, for windows as well", async () => {
    for (let index = 0; index < 50; index++) {
      await asX("DELETE", `/2/users/${happycamper}/following/${twitterDev}`)
    }
    expect((await asX("DELETE", `/2/users/${happycamper}/following/${twitterDev}`)).status).toBe(
      429,
    )
    const { status, json } = await call("POST", "/sandbox/clock", { advanceSeconds: 901 })
    expect(status).toBe(200)
    expect(Date.parse(json.now)).toBeGreaterThan(Date.now() + 890_000)
    expect((await asX("DELETE", `/2/users/${happycamper}/following/${twitterDev}`)).status).toBe(
      200,
    )
  })

  test.each([
    { advanceSeconds: -1 },
    { advanceSeconds: "5" },
    { advanceSeconds: 0.5 },
    { advanceSeconds: 1e15 },
    { advanceSeconds: null },
    { seconds: 1 },
    {},
    [],
    "",
    "{",
  ])("refuses to move the clock by %j", async (body) => {
    expect(await codeOf(call("POST", "/sandbox/clock", body))).toEqual([400, "invalid-request"])
  })

  test("answers X's reads as of some seconds ago, and its own at once", async () => {
    expect((await call("POST", "/sandbox/consistency", { lagSeconds: 30 })).json).toEqual({
      lagSeconds: 30,
    })
    await execute("Follow", happycamper, twitterDev)
    const followers = async () =>
      (await asX("GET", `/2/users/${twitterDev}/followers`)).json.meta.result_count
    expect(await followers()).toBe(0)
    expect((await call("GET", "/sandbox/users/TwitterDev/followers")).json.entries).toHaveLength(1)
    await call("POST", "/sandbox/clock", { advanceSeconds: 31 })
    expect(await followers()).toBe(1)
  })

  test.each([{ lagSeconds: -1 }, { lagSeconds: "1" }, { lagSeconds: 1e9 }, {}])(
    "refuses the lag %j",
    async (body) => {
      expect(await codeOf(call("POST", "/sandbox/consistency", body))).toEqual([
        400,
        "invalid-request",
      ])
    },
  )
})
