/** What the sandbox says where it has nothing, and to what it cannot read. */
import { gzipSync } from "node:zlib"
import { expect, test } from "vitest"
import { happycamper, twitterDev, useSandbox } from "../support/sandbox-calls.ts"
import { Connection, message } from "../support/wire.ts"

const { sandbox, call } = useSandbox()

test("says that the first version of the API is retired", async () => {
  const { status, json } = await call("GET", "/1/friendships/show.json")
  expect([status, json.errors[0].code]).toEqual([410, 68])
  const other = await call("GET", "/1.2/friendships/show.json")
  expect([other.status, other.json.errors[0].code]).toEqual([404, 34])
})

test.each([
  ["POST", "/2/users/me", "GET, HEAD"],
  ["OPTIONS", "/2/users/me", "GET, HEAD"],
  ["PUT", `/2/users/${happycamper}/following`, "GET, HEAD, POST"],
  ["GET", `/2/users/${happycamper}/following/${twitterDev}`, "DELETE"],
  ["DELETE", "/sandbox/world", "GET, HEAD, PUT"],
])("says which methods there are instead of %s %s", async (method, path, allow) => {
  const reply = await fetch(`${sandbox().url}${path}`, { method })
  expect([reply.status, reply.headers.get("allow")]).toEqual([405, allow])
})

test("has no methods to name where there is nothing", async () => {
  const reply = await fetch(`${sandbox().url}/2/nothing`)
  expect([reply.status, reply.headers.get("allow")]).toEqual([404, null])
})

test("says that it unpacks no bodies", async () => {
  const send = async (path: string, encoding: string, body: Uint8Array<ArrayBuffer>) => {
    const reply = await fetch(`${sandbox().url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "content-encoding": encoding },
      body,
    })
    return { status: reply.status, json: JSON.parse(await reply.text()) }
  }
  const says = "the body is compressed; send it as it is, without Content-Encoding"
  const packed = new Uint8Array(gzipSync('{"advanceSeconds":1}'))
  expect(await send("/sandbox/clock", "gzip", packed)).toEqual({
    status: 415,
    json: { error: { code: "invalid-request", message: says } },
  })
  expect(await send(`/2/users/${happycamper}/following`, "br", packed)).toMatchObject({
    status: 415,
    json: { status: 415, detail: says },
  })
  expect(await send("/1.1/friendships/create.json", "deflate", packed)).toMatchObject({
    status: 415,
    json: { errors: [{ message: says }] },
  })
  const plain = new TextEncoder().encode('{"advanceSeconds":1}')
  expect((await send("/sandbox/clock", "identity", plain)).status).toBe(200)
})

test("ends at once what is asked of a stream by HEAD", async () => {
  const connection = await Connection.open(sandbox().port)
  const ask = (line: string) =>
    connection.write(message(line, ["Host: 127.0.0.1", "Accept: text/event-stream"]))
  ask("HEAD /sandbox/events HTTP/1.1")
  ask("GET /sandbox/health HTTP/1.1")
  expect(await connection.reply({ withoutBody: true })).toMatchObject({
    status: 200,
    headers: { "content-type": "text/event-stream; charset=utf-8" },
  })
  expect(await connection.reply()).toMatchObject({ status: 200, body: '{"status":"ok"}' })
  connection.destroy()
})

test("refuses a request that names two hosts", async () => {
  const connection = await Connection.open(sandbox().port)
  connection.write(
    message("GET /sandbox/health HTTP/1.1", ["Host: 127.0.0.1", "X: y", "hOST: 127.0.0.1"]),
  )
  expect(await connection.reply()).toMatchObject({ status: 400, closes: true })
})
