/**
 * Treats the sandbox badly beneath HTTP. Whoever does gets a 4xx or is hung up on within eight
 * seconds, changes nothing, and does not keep others from being served.
 */
import { Sandbox } from "@kith/sandbox"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { control, type Control } from "../support/control.ts"
import { broken, type Deed, slow } from "../support/fuzz/hostile.ts"
import { me, oauth2Of, people, world } from "../support/story-world.ts"
import { Connection, message, type Reply } from "../support/wire.ts"

/** Eight seconds, and what a busy machine may add. */
const bound = 8_000 + 3_000

const authorization = `Authorization: Bearer ${oauth2Of(me).accessToken}`
const head = ["Host: 127.0.0.1", authorization, "Content-Type: application/json"]
const path = `/2/users/${me.id}/following`
const follow = message(
  `POST ${path} HTTP/1.1`,
  head,
  JSON.stringify({ target_user_id: people.open.id }),
)
const unfollow = message(`DELETE ${path}/${people.open.id} HTTP/1.1`, head)
const whoami = message("GET /2/users/me HTTP/1.1", head)

let sandbox: Awaited<ReturnType<typeof Sandbox.start>>
let held: Control
beforeEach(async () => {
  sandbox = await Sandbox.start()
  held = control(sandbox.url)
  await held.call("PUT", "world", world({ limits: "none" }))
})
afterEach(() => sandbox.close())

const open = () => Connection.open(sandbox.port)

/** Somebody who does as everybody should, and has to be served all the while. */
const behave = async (rounds: number): Promise<void> => {
  const connection = await open()
  const statuses = new Set<unknown>()
  for (let round = 0; round < rounds; round++) {
    for (const bytes of [follow, whoami, unfollow]) {
      connection.write(bytes)
      const reply = await connection.reply()
      statuses.add(reply === "closed" ? reply : reply.status)
    }
  }
  connection.destroy()
  expect([...statuses]).toEqual([200])
}

const later = (milliseconds: number): Promise<"late"> =>
  new Promise((resolve) => {
    setTimeout(() => resolve("late"), milliseconds).unref()
  })

/** What becomes of somebody: the last status that they get until they are hung up on. */
const outcome = async (deed: Deed): Promise<string> => {
  const connection = await Connection.open(sandbox.port, { halfOpen: true })
  deed(connection)
  const end = async (): Promise<string> => {
    let last: Reply | "closed" | undefined
    for (;;) {
      const reply = await connection.reply()
      if (reply === "closed") break
      last = reply
      // What was refused while more is expected may be held open for a while; the answer is there.
      if (reply.status >= 400) break
    }
    return last === undefined || last === "closed" ? "closed" : String(last.status)
  }
  const ended = await Promise.race([end(), later(bound)])
  connection.destroy()
  return ended
}

/** Those who were not refused as they should be. */
const unrefused = async (
  deeds: Readonly<Record<string, Deed>>,
): Promise<ReadonlyArray<readonly [string, string]>> => {
  const ends = await Promise.all(
    Object.entries(deeds).map(async ([name, deed]) => [name, await outcome(deed)] as const),
  )
  return ends.filter(([, end]) => !/^(?:closed|4[0-9][0-9])$/.test(end))
}

const nothing = { state: "none", retweets: false, notifications: false }

describe("The sandbox, treated badly", () => {
  test("gives up on those who are slow, and serves others all the while", async () => {
    const giving = unrefused(slow)
    await behave(100)
    expect(await giving).toEqual([])
    await behave(1)
    expect(await held.relationship(me.id, people.open.id)).toEqual(nothing)
  })

  test("hangs up on those who do not speak HTTP, and serves others all the while", async () => {
    const hanging = unrefused(broken)
    await behave(100)
    expect(await hanging).toEqual([])
    await behave(1)
  })

  test("does not take one request for two, nor two for one", async () => {
    await behave(1)
    const smuggled = `DELETE ${path}/${people.open.id} HTTP/1.1\r\n${head.join("\r\n")}\r\n\r\n`
    const connection = await open()
    connection.write(follow)
    await connection.reply()
    for (const framing of [
      `Content-Length: ${smuggled.length + 5}\r\nTransfer-Encoding: chunked`,
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
      "Transfer-Encoding: identity, chunked, identity",
      "Content-Length: 0\r\nContent-Length: 5",
    ]) {
      const other = await open()
      other.write(`POST ${path} HTTP/1.1\r\n${head.join("\r\n")}\r\n${framing}\r\n\r\n`)
      other.write(`0\r\n\r\n${smuggled}`)
      expect(await other.reply()).toMatchObject({ status: 400 })
      await other.closed()
    }
    expect(await held.relationship(me.id, people.open.id)).toMatchObject({ state: "following" })
    connection.destroy()
  })

  test("answers a hundred requests that come at once, in order, and refuses the nonsense behind them", async () => {
    const connection = await open()
    const pair = [follow, unfollow]
    const all = Array.from({ length: 100 }, (_, index) => pair[index % 2] ?? whoami)
    connection.write(Buffer.concat(all))
    const bodies: Array<unknown> = []
    for (const _ of all) {
      const reply = await connection.reply()
      bodies.push(reply === "closed" ? reply : JSON.parse(reply.body))
    }
    expect(bodies.slice(0, 2)).toEqual([
      { data: { following: true, pending_follow: false } },
      { data: { following: false } },
    ])
    expect(bodies.filter((_, index) => index % 2 === 1)).toEqual(
      Array.from({ length: 50 }, () => ({ data: { following: false } })),
    )
    connection.write("nonsense\r\n\r\n")
    expect(await connection.reply()).toMatchObject({ status: 400 })
  })

  test("never answers a good request with the refusal of the bad one behind it", async () => {
    for (let round = 0; round < 20; round++) {
      const connection = await open()
      connection.write(Buffer.concat([follow, Buffer.from("nonsense\r\n\r\n")]))
      const reply = await connection.reply()
      expect(reply === "closed" ? 200 : reply.status).toBe(200)
      connection.destroy()
    }
  })

  test("serves others while hundreds of connections are held open", async () => {
    const idle = await Promise.all(Array.from({ length: 500 }, open))
    const half = await Promise.all(Array.from({ length: 200 }, open))
    for (const connection of half) connection.write("GET /2/users/me HTTP/1.1\r\nHost: x\r\n")
    await behave(50)
    for (const connection of [...idle, ...half]) connection.destroy()
    await behave(1)
  })

  test("serves others while somebody does not read the answers", async () => {
    const deaf = await open()
    deaf.pause()
    deaf.write(Buffer.concat(Array.from({ length: 2_000 }, () => whoami)))
    await behave(50)
    deaf.destroy()
    await behave(1)
  })

  test("survives those who leave amid an answer", async () => {
    for (let round = 0; round < 50; round++) {
      const connection = await open()
      connection.write(Buffer.concat([whoami, follow, unfollow, whoami]))
      connection.destroy()
    }
    const listener = new AbortController()
    await fetch(`${sandbox.url}/sandbox/events`, {
      headers: { accept: "text/event-stream" },
      signal: listener.signal,
    })
    listener.abort()
    await behave(1)
  })

  test("refuses a body above 64 KiB while it still comes, and takes one of 64 KiB", async () => {
    const body = JSON.stringify({ target_user_id: people.open.id })
    const padded = (length: number) => body.replace("{", `{${" ".repeat(length - body.length)}`)
    const send = async (bytes: Buffer) => {
      const connection = await open()
      connection.write(bytes)
      const reply = await connection.reply()
      connection.destroy()
      return reply === "closed" ? reply : reply.status
    }
    const post = `POST ${path} HTTP/1.1`
    expect(await send(message(post, head, padded(65_536)))).toBe(200)
    expect(await send(message(post, head, padded(65_537)))).toBe(413)
    // Ten megabytes are announced, and none is sent.
    expect(await send(message(post, [...head, "Content-Length: 10485760"]))).toBe(413)
  })

  test("stops when it is told to, whoever is still there", async () => {
    const open2 = await Sandbox.start()
    const connections = await Promise.all(
      Array.from({ length: 20 }, () => Connection.open(open2.port)),
    )
    for (const connection of connections) connection.write("GET /2/users/me HTTP/1.1\r\n")
    const events = await fetch(`${open2.url}/sandbox/events`, {
      headers: { accept: "text/event-stream" },
    })
    await open2.close()
    await Promise.all(connections.map((connection) => connection.closed()))
    await expect(events.text()).rejects.toThrow("terminated")
  })
})
