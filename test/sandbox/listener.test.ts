import { describe, expect, it, test } from "@effect/vitest"
import { UserId } from "@kith/core"
import { Sandbox, type World } from "@kith/sandbox"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { request } from "node:http"
import { vi } from "vitest"
import * as Listener from "../../packages/sandbox/src/http/Listener.ts"
import { json } from "../../packages/sandbox/src/http/Message.ts"
import * as BuiltIn from "../../packages/sandbox/src/world/BuiltIn.ts"
import { Connection, message } from "../support/wire.ts"

const token = "a2l0aEV4YW1wbGVBY2Nlc3NUb2tlbgHappycamperOjE6MTphdDox"

test("a request that brings a set-cookie header, which only answers have, keeps its other headers", async () => {
  await using sandbox = await Sandbox.start()
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  request(`${sandbox.url}/2/users/me`, {
    headers: { authorization: `Bearer ${token}`, "set-cookie": ["a=1", "b=2"] },
  })
    .on("response", (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    .on("error", reject)
    .end()
  expect(await promise).toBe(200)
})

test("a page is as long as it says, also once a name on it is no longer ASCII", async () => {
  const user = (id: string, username: string) => ({ id: UserId.make(id), username, name: username })
  const world = {
    ...BuiltIn.builtIn,
    users: [user("1", "ada"), user("2", "bea")],
    tokens: [],
    blocks: [],
    relationships: [{ source: "bea", target: "ada", state: "following" as const }],
  }
  await using sandbox = await Sandbox.start({ world })
  const bearer = world.apps[0]?.bearerToken
  const names = async () => {
    const answer = await fetch(`${sandbox.url}/2/users/1/followers`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
    const page: { readonly data: ReadonlyArray<typeof World.User.Type> } = JSON.parse(
      await answer.text(),
    )
    return page.data.map(({ name }) => name)
  }
  expect(await names()).toEqual(["bea"])
  expect(await names()).toEqual(["bea"])
  sandbox.control.world().users.set({ ...user("2", "bea"), name: "Béa 🦊" })
  expect(await names()).toEqual(["Béa 🦊"])
  expect(await names()).toEqual(["Béa 🦊"])
})

test("a path and its query are told apart the same each time that they come", async () => {
  const paths: Array<string> = []
  const urls = ["/a?b=1", "/a", "/a?b=2", `/${"long".repeat(100)}?c`, "http://x.test/d?e"]
  const listening = Effect.gen(function* () {
    const { get, reply } = yield* connect(({ path, search }) => {
      paths.push(`${path} ${search}`)
      return Effect.succeed(fine)
    })
    for (const url of [...urls, ...urls]) {
      get(url)
      yield* reply
    }
  })
  await Effect.runPromise(Effect.scoped(listening))
  const once = ["/a b=1", "/a ", "/a b=2", `/${"long".repeat(100)} c`, "/d e"]
  expect(paths).toEqual([...once, ...once])
})

/** A connection to a listener with a handler of the test's own. */
const connect = Effect.fnUntraced(function* (handler: Listener.Handler) {
  const port = yield* Listener.listen({ host: "127.0.0.1", port: 0, handler })
  const connection = yield* Effect.promise(() => Connection.open(port))
  return {
    get: (path: string) => connection.write(message(`GET ${path} HTTP/1.1`, ["Host: x"])),
    write: (text: string) => connection.write(text),
    reply: Effect.promise(() => connection.reply()),
  }
})

const fine = json(200, { fine: true })

/** A refusal that clients of v1.1 and of v2 can read. */
const inBothForms = (status: number, title: string, error: object) =>
  JSON.stringify({ errors: [error], title, detail: title, type: "about:blank", status })

describe("a request that cannot be read", () => {
  it.effect("is refused when all before it on the connection are answered", () =>
    Effect.gen(function* () {
      const { get, write, reply } = yield* connect(() => Effect.succeed(fine))
      get("/one")
      get("/two")
      expect(yield* reply).toMatchObject({ status: 200 })
      expect(yield* reply).toMatchObject({ status: 200 })
      write("nonsense\r\n\r\n")
      expect(yield* reply).toMatchObject({ status: 400, closes: true })
      expect(yield* reply).toBe("closed")
    }),
  )

  it.effect("is refused as JSON when its body is too large", () =>
    Effect.gen(function* () {
      const { write, reply } = yield* connect(() => Effect.succeed(fine))
      write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
      expect(yield* reply).toMatchObject({
        status: 413,
        headers: { "content-type": "application/json; charset=utf-8" },
        body: inBothForms(413, "Payload Too Large", { code: 214, message: "Payload Too Large." }),
        closes: true,
      })
    }),
  )

  it.effect(
    "cuts the connection, and what is done for one before it that waits for its answer",
    () =>
      Effect.gen(function* () {
        const begun = yield* Deferred.make<void>()
        const interrupted = yield* Deferred.make<void>()
        const { get, write, reply } = yield* connect(({ path }) =>
          path === "/one"
            ? Effect.succeed(fine)
            : Deferred.succeed(begun, undefined).pipe(
                Effect.andThen(Effect.never),
                Effect.onInterrupt(() => Deferred.succeed(interrupted, undefined)),
              ),
        )
        get("/one")
        get("/two")
        expect(yield* reply).toMatchObject({ status: 200 })
        yield* Deferred.await(begun)
        write("nonsense\r\n\r\n")
        expect(yield* reply).toBe("closed")
        yield* Deferred.await(interrupted)
      }),
  )
})

describe("a handler that dies", () => {
  /** What is logged by fibers that the listener starts, which know no logger of the test. */
  const logged = Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => vi.spyOn(console, "log").mockImplementation(() => undefined)),
      (spy) => Effect.sync(() => spy.mockRestore()),
    ),
    (spy) => () => spy.mock.calls.map((call) => call.join(" ")),
  )
  const oneError = [expect.stringMatching(/ERROR .* a request failed .*a defect/s)]
  const dead = Effect.die(new Error("a defect"))

  it.effect.each<readonly [string, Listener.Handler]>([
    ["at once", () => dead],
    [
      "later",
      () =>
        Effect.andThen(
          Effect.promise(async () => undefined),
          dead,
        ),
    ],
    [
      "before it gave an effect",
      () => {
        throw new Error("a defect")
      },
    ],
  ])("%s is one answer that says so, and a line in the log", ([, handler]) =>
    Effect.gen(function* () {
      const lines = yield* logged
      const { get, reply } = yield* connect((request) =>
        request.path === "/fine" ? Effect.succeed(fine) : handler(request),
      )
      get("/dead")
      expect(yield* reply).toMatchObject({
        status: 500,
        body: inBothForms(500, "Internal Server Error", { code: 131, message: "Internal error" }),
      })
      expect(lines()).toEqual(oneError)
      get("/fine")
      expect(yield* reply).toMatchObject({ status: 200 })
    }),
  )

  it.effect("amid a stream ends the connection without a second answer, and is logged", () =>
    Effect.gen(function* () {
      const lines = yield* logged
      const body = Stream.concat(Stream.make("one\n"), Stream.fromEffect(dead))
      const { get, reply } = yield* connect(() => Effect.succeed({ ...fine, body }))
      get("/dead")
      expect(yield* reply).toBe("closed")
      expect(lines()).toEqual(oneError)
    }),
  )
})
