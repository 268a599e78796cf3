/** One request over fetch, against servers that misbehave in every way there is. */
import { Transport } from "@kith/http-adapter"
import type { Endpoint } from "@kith/http-adapter"
import { Effect, Fiber, Result } from "effect"
import { gzipSync } from "node:zlib"
import { describe, expect, test } from "vitest"
import * as Unrepeated from "../../packages/http-adapter/src/internal/unrepeated.ts"
import { answered, closedPort, hostile, whole } from "../support/hostile.ts"

const get: Endpoint.ApiRequest = { method: "GET", path: "/2/users/1/following" }
const post: Endpoint.ApiRequest = {
  method: "POST",
  path: "/2/users/1/following",
  json: { target_user_id: "2" },
}

/** The answer to one request, or the failure. */
const send = (
  options: Transport.Options,
  request: Endpoint.ApiRequest = get,
  authorization = "Bearer token",
  fetch: typeof globalThis.fetch = globalThis.fetch,
) =>
  Effect.runPromise(
    Transport.make(options).pipe(
      Effect.flatMap((transport) => transport.send(request, authorization)),
      Effect.result,
      Effect.provideService(Transport.Fetch, fetch),
    ),
  )

const failure = async (...args: Parameters<typeof send>) => {
  const result = await send(...args)
  return Result.isFailure(result) ? result.failure : undefined
}

const reply = async (...args: Parameters<typeof send>) => Result.getOrThrow(await send(...args))

describe("a request", () => {
  test("has path, query, form or JSON, and the authorization, encoded as OAuth signs them", async () => {
    await using server = await hostile((socket) => socket.write(whole("200 OK", "{}")))
    const { origin } = server
    await reply({ origin }, { ...get, query: [["user.fields", "a,b c*"]] }, "OAuth a=b")
    await reply({ origin }, { method: "POST", path: "/1.1/x.json", form: [["a b", "1+1=2 é!"]] })
    await reply({ origin }, post)
    await reply({ origin }, { method: "DELETE", path: "/2/users/1/following/2" })
    const [list = "", form = "", json = "", end = ""] = server.requests
    expect(list).toMatch(/^GET \/2\/users\/1\/following\?user\.fields=a%2Cb%20c%2A HTTP/)
    expect(list).toMatch(/\r\nauthorization: OAuth a=b\r\n/i)
    expect(form).toMatch(/\r\ncontent-type: application\/x-www-form-urlencoded\r\n/i)
    expect(form).toMatch(/\r\n\r\na%20b=1%2B1%3D2%20%C3%A9%21$/)
    expect(json).toMatch(/\r\ncontent-type: application\/json\r\n/i)
    expect(json).toMatch(/\r\n\r\n\{"target_user_id":"2"\}$/)
    expect(end).toMatch(/^DELETE \/2\/users\/1\/following\/2 HTTP/)
    expect(end).not.toMatch(/content-type/i)
  })

  test("is answered with status, headers by their names in lower case, body and time", async () => {
    await using server = await hostile((socket) =>
      socket.write(whole("403 Forbidden", `{"a":"ü"}`, ["X-Rate-Limit-Limit: 50"])),
    )
    const before = Date.now()
    const { at, body, header, status } = await reply({ origin: server.origin })
    expect([status, body, header("x-rate-limit-limit"), header("retry-after")]).toEqual([
      403,
      `{"a":"ü"}`,
      "50",
      undefined,
    ])
    expect(at).toBeGreaterThanOrEqual(before)
    expect(at).toBeLessThanOrEqual(Date.now())
  })

  test("may be sent by a fetch of one's own", async () => {
    const seen: Array<string> = []
    const own: typeof globalThis.fetch = async (url) => {
      seen.push(new Request(url).url)
      return new Response("hello", { status: 200 })
    }
    expect((await reply({}, get, "Bearer token", own)).body).toBe("hello")
    expect(seen).toEqual(["https://api.x.com/2/users/1/following"])
  })

  test("with credentials that no header can hold is not sent, and they are not told", async () => {
    const error = await failure({ origin: "http://127.0.0.1:1" }, get, "Bearer sec\r\nret")
    expect(error).toMatchObject({ phase: "notSent", reason: "Unsendable", retryable: false })
    expect(JSON.stringify(error)).not.toContain('ret"')
    expect(String(error)).not.toContain("sec")
  })

  test.each(["127.0.0.1:4280", "ftp://x.com", "https://x.com/api", "https://me@x.com", "", "x"])(
    "has no origin like '%s'",
    async (origin) => {
      expect(Transport.parseOrigin(origin)).toBe(undefined)
      await expect(send({ origin })).rejects.toThrow("is no origin; write it like")
    },
  )

  test.each([
    ["https://api.x.com/", "https://api.x.com"],
    ["HTTP://LocalHost:4280", "http://localhost:4280"],
    ["https://x.test:443", "https://x.test"],
  ])("takes '%s' for the origin %s", (text, origin) => {
    expect(Transport.parseOrigin(text)).toBe(origin)
  })
})

describe("a connection", () => {
  test("that is refused has sent nothing", async () => {
    const origin = `http://127.0.0.1:${await closedPort()}`
    const error = await failure({ origin }, post)
    expect(error).toMatchObject({ phase: "notSent", reason: "Unreachable", code: "ECONNREFUSED" })
    expect(error?.message).toBe(`${origin} cannot be reached (ECONNREFUSED)`)
  })

  test.each([6000, 6667])(
    "to port %i, which fetch refuses by itself, has sent nothing",
    async (port) => {
      const origin = `http://127.0.0.1:${port}`
      const error = await failure({ origin }, post)
      expect(error).toMatchObject({ phase: "notSent", reason: "Forbidden", retryable: false })
      expect(error?.message).toBe(`fetch sends nothing to the port of ${origin}; use another`)
    },
  )

  test("to each address of a name that is refused has sent nothing", async () => {
    const origin = `http://localhost:${await closedPort()}`
    expect(await failure({ origin }, post)).toMatchObject({ phase: "notSent" })
  })

  test("to a name that nobody knows has sent nothing", async () => {
    // RFC 6761: names below .invalid never resolve.
    const error = await failure({ origin: "https://nowhere.invalid" }, post)
    expect(error).toMatchObject({ phase: "notSent", reason: "Unreachable" })
  })

  test.each([
    ["before any answer", ""],
    ["inside the headers", "HTTP/1.1 200 OK\r\ncontent-le"],
    ["inside the body", answered("200 OK", ["content-length: 100"], `{"data":`)],
    ["inside a chunk", answered("200 OK", ["transfer-encoding: chunked"], "ff\r\nabc")],
    ["between chunks", answered("200 OK", ["transfer-encoding: chunked"], "3\r\nabc\r\n")],
  ])("that is reset %s may have sent everything", async (_, text) => {
    await using server = await hostile((socket) => {
      if (text === "") socket.resetAndDestroy()
      else socket.write(text, () => socket.destroy())
    })
    expect(await failure({ origin: server.origin }, post)).toMatchObject({
      phase: "sent",
      reason: "Broken",
      retryable: true,
    })
    expect(server.requests.length).toBe(1)
  })

  test("that answers something else than HTTP may have sent everything", async () => {
    await using server = await hostile((socket) => socket.end("220 smtp.example.test ESMTP\r\n"))
    expect(await failure({ origin: server.origin }, post)).toMatchObject({ phase: "sent" })
  })

  test("that was kept and is lost has carried the request once", async () => {
    let answers = 0
    await using server = await hostile((socket) => {
      if (answers++ === 0) socket.write(whole("200 OK", "{}"))
      else socket.destroy()
    })
    await reply({ origin: server.origin }, post)
    expect(await failure({ origin: server.origin }, post)).toMatchObject({ phase: "sent" })
    expect(server.requests.length).toBe(2)
  })

  test.each([
    ["Bun", { Bun: {} }, { keepalive: false }],
    [
      "Deno",
      { Deno: { createHttpClient: (options: object) => ({ options }) } },
      { client: { options: { poolMaxIdlePerHost: 0 } } },
    ],
    ["any other platform", { Deno: undefined }, {}],
  ])("on %s is one that no request is repeated on", (_, globals, told) => {
    expect(Unrepeated.optionsOn(globals)).toEqual(told)
  })

  test("that was closed while idle does not make a request go out twice", async () => {
    await using server = await hostile((socket) => {
      socket.write(whole("200 OK", "{}"), () => socket.end())
    })
    await reply({ origin: server.origin }, post)
    const second = await send({ origin: server.origin }, post)
    if (Result.isSuccess(second)) expect(server.requests.length).toBe(2)
    else expect(second.failure.phase).toBe("sent")
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  test.each([
    ["a code of the connection", { code: "ECONNREFUSED" }, "notSent"],
    ["a failed lookup", { code: "ENOTFOUND", syscall: "getaddrinfo" }, "notSent"],
    ["a failed lookup of another kind", { code: "EAI_FAIL", syscall: "getaddrinfo" }, "notSent"],
    ["a connection that took too long", { code: "UND_ERR_CONNECT_TIMEOUT" }, "notSent"],
    ["a time-out while connecting", { code: "ETIMEDOUT", syscall: "connect" }, "notSent"],
    ["a time-out of an open connection", { code: "ETIMEDOUT", syscall: "read" }, "sent"],
    ["several addresses, none reached", { errors: [{ syscall: "connect" }] }, "notSent"],
    ["several errors, one unknown", { errors: [{ syscall: "connect" }, {}] }, "sent"],
    ["a certificate that is not trusted", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "notSent"],
    ["a certificate that is not valid yet", { code: "CERT_NOT_YET_VALID" }, "notSent"],
    [
      "the end of the connection before TLS was agreed on",
      {
        code: "ECONNRESET",
        message: "Client network socket disconnected before secure TLS connection was established",
      },
      "notSent",
    ],
    [
      "a proxy that opens no tunnel",
      { cause: { message: "Proxy response (407) !== 200 when HTTP Tunneling" } },
      "notSent",
    ],
    ["Bun's refusal", { code: "ConnectionRefused" }, "notSent"],
    ["Deno's refusal", { message: "error sending request: client error (Connect)" }, "notSent"],
    [
      "a port that Deno forbids",
      new TypeError("Fetch failed: Requests to port 1 are blocked"),
      "notSent",
    ],
    ["a reset", { code: "ECONNRESET" }, "sent"],
    ["words of a port", { message: "bad port s3cret" }, "sent"],
    ["nothing at all", undefined, "sent"],
    ["text", "ECONNREFUSED", "sent"],
  ])("that failed with %s", async (_, cause, phase) => {
    const own: typeof globalThis.fetch = () =>
      Promise.reject(new TypeError("fetch failed: Bearer s3cret", { cause }))
    const error = await failure({}, post, "Bearer s3cret", own)
    expect(error?.phase).toBe(phase)
    expect(JSON.stringify(error) + String(error)).not.toContain("s3cret")
  })
})

describe("a redirect", () => {
  test.each(["301", "302", "303", "307", "308"])(
    "with %s is an answer, and credentials stay where they are",
    async (status) => {
      await using elsewhere = await hostile((socket) => socket.write(whole("200 OK", "{}")))
      await using server = await hostile((socket) =>
        socket.write(whole(`${status} Moved`, "", [`location: ${elsewhere.origin}/stolen`])),
      )
      expect((await reply({ origin: server.origin }, post)).status).toBe(Number(status))
      expect(elsewhere.requests).toEqual([])
      expect(server.requests.length).toBe(1)
    },
  )

  test("that the platform hides is a failure", async () => {
    const own: typeof globalThis.fetch = () => {
      const response = Response.json(null)
      Object.defineProperty(response, "type", { value: "opaqueredirect" })
      return Promise.resolve(response)
    }
    expect(await failure({}, post, "Bearer token", own)).toMatchObject({
      phase: "sent",
      reason: "Redirected",
    })
  })
})

describe("a body", () => {
  const max = 1000

  test("of exactly the greatest length is read, announced or not", async () => {
    const body = "x".repeat(max)
    for (const head of [[`content-length: ${max}`], ["connection: close"]]) {
      await using server = await hostile((socket) => socket.end(answered("200 OK", head, body)))
      expect((await reply({ origin: server.origin, maxBody: max })).body).toBe(body)
    }
  })

  test("that is announced as too long is refused before it comes", async () => {
    await using server = await hostile((socket) =>
      socket.write(answered("200 OK", [`content-length: ${max + 1}`])),
    )
    expect(await failure({ origin: server.origin, maxBody: max })).toMatchObject({
      phase: "sent",
      reason: "TooLarge",
      status: 200,
    })
    await server.abandoned
  })

  test.each([
    ["without an announced length", ["connection: close"], "x"],
    ["in chunks", ["transfer-encoding: chunked"], `400\r\n${"x".repeat(1024)}\r\n`],
  ])("%s that never ends is cut", async (_, headers, piece) => {
    await using server = await hostile((socket) => {
      socket.write(answered("200 OK", headers, piece))
      const flood = () => {
        while (socket.writable && socket.write(piece.repeat(100)));
      }
      socket.on("drain", flood)
      flood()
    })
    expect(await failure({ origin: server.origin, maxBody: 100_000 })).toMatchObject({
      reason: "TooLarge",
      status: 200,
    })
    await server.abandoned
  })

  test("that is short on the wire and huge when unpacked is cut", async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    await using server = await hostile((socket) =>
      socket.write(whole("200 OK", bomb, ["content-encoding: gzip"])),
    )
    expect(await failure({ origin: server.origin })).toMatchObject({ reason: "TooLarge" })
  })

  test("that is compressed is unpacked, whatever its announced length", async () => {
    await using server = await hostile((socket) =>
      socket.write(whole("200 OK", gzipSync("{}"), ["content-encoding: gzip"])),
    )
    expect((await reply({ origin: server.origin })).body).toBe("{}")
  })

  test("shorter than announced is no body, though the platform may think it is", async () => {
    const own: typeof globalThis.fetch = () =>
      Promise.resolve(new Response("[1,2", { headers: { "content-length": "5" } }))
    expect(await failure({}, get, "Bearer token", own)).toMatchObject({
      reason: "Truncated",
      status: 200,
      phase: "sent",
    })
  })

  test("of bytes that are no UTF-8 is read all the same", async () => {
    await using server = await hostile((socket) =>
      socket.write(whole("200 OK", Buffer.from([0x22, 0xff, 0xc3, 0x28, 0x22]))),
    )
    expect((await reply({ origin: server.origin })).body).toBe(`"\uFFFD\uFFFD("`)
  })

  test("that comes in many pieces, cut inside a character, is one text", async () => {
    await using server = await hostile((socket) => {
      socket.setNoDelay(true)
      const bytes = Buffer.from("äöü".repeat(50))
      socket.write(answered("200 OK", [`content-length: ${bytes.length}`]))
      const next = (at: number) => {
        if (at < bytes.length) socket.write(bytes.subarray(at, at + 1), () => next(at + 1))
      }
      next(0)
    })
    expect((await reply({ origin: server.origin })).body).toBe("äöü".repeat(50))
  })

  test("may be missing", async () => {
    await using server = await hostile((socket) => socket.write(answered("204 No Content", [])))
    expect(await reply({ origin: server.origin })).toMatchObject({ status: 204, body: "" })
  })
})

describe("time", () => {
  // The time-out itself is what these are about; it is far longer than any answer takes.
  const timeout = 150

  test.each([
    ["an answer that never comes", () => undefined],
    [
      "a body that never comes",
      (write: (text: string) => void) => write(answered("200 OK", ["content-length: 9"])),
    ],
    [
      "a body that comes drop by drop",
      (write: (text: string) => void) => {
        write(answered("200 OK", ["content-length: 99999"]))
        // A drop is on its way as soon as the one before has left.
        setInterval(() => write("x"), 5).unref()
      },
    ],
  ])("bounds %s", async (_, script) => {
    await using server = await hostile((socket) => {
      script((text) => {
        if (socket.writable) socket.write(text)
      })
    })
    const error = await failure({ origin: server.origin, timeout }, post)
    expect(error).toMatchObject({ phase: "sent", reason: "TimedOut", retryable: true })
    expect(error?.message).toBe(`${server.origin} did not answer within 150 ms`)
    await server.abandoned
  })

  test.each([
    ["an answer", () => new Promise<never>(() => undefined)],
    ["a body", () => Promise.resolve(new Response(new ReadableStream()))],
  ])("bounds %s of a fetch that does not heed its signal", async (_, own) => {
    const error = await failure({ timeout }, post, "Bearer token", own)
    expect(error).toMatchObject({ phase: "sent", reason: "TimedOut", retryable: true })
  })

  test("is not waited for by one who is interrupted, and the connection is cut", async () => {
    const { promise: arrived, resolve: arrive } = Promise.withResolvers<void>()
    await using server = await hostile(() => arrive())
    const transport = await Effect.runPromise(Transport.make({ origin: server.origin }))
    const fiber = Effect.runFork(transport.send(post, "Bearer token"))
    await arrived
    await Effect.runPromise(Fiber.interrupt(fiber))
    await server.abandoned
    expect(server.requests.length).toBe(1)
  })
})
