/** Clients that are not on npm: their requests, written by hand as the libraries write them. */
import { describe, expect, test } from "vitest"
import {
  appKeys,
  exchange,
  keys,
  libraries,
  lowerCaseEscapes,
  type Manner,
  rawCommas,
  write,
} from "../support/by-hand.ts"
import { consent } from "../support/consent.ts"
import type { Pairs } from "../support/signing.ts"
import { useStory } from "../support/story-sandbox.ts"
import { app, callback, me, members, oauth2Of, people } from "../support/story-world.ts"
import { Connection, message } from "../support/wire.ts"

const sandbox = useStory()

const send = async (
  manner: Manner,
  method: string,
  path: string,
  given: Pairs,
): Promise<unknown> => {
  const { status, body } = await exchange(sandbox.url, write(manner, method, path, given))
  expect(status, body).toBe(200)
  return JSON.parse(body)
}

describe.each(Object.entries(libraries))("%s", (_, manner) => {
  const { open, guarded } = people

  test("follows, sets each flag alone, and leaves", async () => {
    const post = (path: string, given: Pairs) =>
      send(manner, "POST", `/1.1/friendships/${path}.json`, given)
    const flags = (retweets: boolean, notifications: boolean) => ({
      state: "following",
      retweets,
      notifications,
    })
    expect(
      await post("create", [
        ["user_id", open.id],
        ["follow", manner.yes],
      ]),
    ).toMatchObject({
      id_str: open.id,
      following: true,
    })
    expect(await sandbox.held.relationship(me.id, open.id)).toEqual(flags(true, true))
    await post("update", [
      ["screen_name", open.username],
      ["retweets", manner.no],
    ])
    expect(await sandbox.held.relationship(me.id, open.id)).toEqual(flags(false, true))
    await post("update", [
      ["user_id", open.id],
      ["device", manner.no],
    ])
    expect(await sandbox.held.relationship(me.id, open.id)).toEqual(flags(false, false))
    await post("update", [
      ["retweets", manner.yes],
      ["user_id", open.id],
    ])
    expect(await sandbox.held.relationship(me.id, open.id)).toEqual(flags(true, false))
    await post("update", [["user_id", open.id]])
    expect(await sandbox.held.relationship(me.id, open.id)).toEqual(flags(true, false))
    await post("destroy", [
      ["user_id", open.id],
      ["tweet_mode", "extended"],
    ])
    expect(await sandbox.held.relationship(me.id, open.id)).toMatchObject({ state: "none" })
  })

  test("asks a protected account and finds the request", async () => {
    await send(manner, "POST", "/1.1/friendships/create.json", [["screen_name", guarded.username]])
    const get = (path: string, given: Pairs) => send(manner, "GET", `/1.1/${path}.json`, given)
    expect(await get("friendships/outgoing", [["stringify_ids", manner.yes]])).toMatchObject({
      ids: [guarded.id],
    })
    expect(await get("friendships/show", [["target_id", guarded.id]])).toMatchObject({
      relationship: { source: { following: false, following_requested: true } },
    })
    expect(
      await get("friendships/lookup", [["user_id", `${guarded.id},${people.hub.id}`]]),
    ).toMatchObject([{ connections: ["following_requested"] }, { connections: ["none"] }])
  })

  test("gets a user's token in a handshake of three legs", async () => {
    const handshake = async (path: string, extra: Pairs, by = appKeys) => {
      const { status, body } = await exchange(
        sandbox.url,
        write(manner, manner.handshake ?? "POST", path, [], {
          extra,
          keys: by,
        }),
      )
      expect(status, body).toBe(200)
      return new URLSearchParams(body)
    }
    const begun = await handshake("/oauth/request_token", [["oauth_callback", callback]])
    expect(begun.get("oauth_callback_confirmed")).toBe("true")
    const token = begun.get("oauth_token") ?? ""
    const { location } = await consent(
      sandbox.url,
      `https://api.twitter.com/oauth/authorize?oauth_token=${token}`,
      { user: me.username },
    )
    const verifier = location?.searchParams.get("oauth_verifier") ?? ""
    const granted = await handshake("/oauth/access_token", [["oauth_verifier", verifier]], {
      ...appKeys,
      token,
      secret: begun.get("oauth_token_secret") ?? "",
    })
    expect(granted.get("screen_name")).toBe(me.username)
    const own = {
      ...appKeys,
      token: granted.get("oauth_token") ?? "",
      secret: granted.get("oauth_token_secret") ?? "",
    }
    const path = "/1.1/account/verify_credentials.json"
    const reply = await exchange(sandbox.url, write(manner, "GET", path, [], { keys: own }))
    expect(JSON.parse(reply.body)).toMatchObject({ id_str: me.id })
  })
})

describe("The wire", () => {
  const header = { authorization: `Bearer ${oauth2Of(me).accessToken}` }
  const bearer = `Authorization: ${header.authorization}`
  const two = members.slice(0, 2).map(({ id }) => id)

  test.each([
    ["raw", rawCommas],
    ["as %2C", undefined],
    ["as %2c", lowerCaseEscapes],
  ])("takes commas %s", async (_, encode) => {
    const manner: Manner = encode === undefined ? {} : { encode }
    const ids: Pairs = [["user_id", two.join(",")]]
    expect(await send(manner, "GET", "/1.1/friendships/lookup.json", ids)).toHaveLength(2)
    expect(
      await send(manner, "GET", "/2/users", [
        ["ids", two.join(",")],
        ["user.fields", "connection_status,protected"],
      ]),
    ).toMatchObject({ data: [{ connection_status: ["following"] }, { protected: false }] })
  })

  test("takes a question mark without a query", async () => {
    for (const path of ["/1.1/account/verify_credentials.json", "/2/users/me"]) {
      await send({ ending: "?" }, "GET", path, [])
    }
  })

  test.each(["https://api.x.com", "https://api.twitter.com"])(
    "takes signatures for %s, and names of hosts in any case",
    async (host) => {
      const path = "/1.1/account/verify_credentials.json"
      const bytes = write({ host }, "GET", path, []).toString("latin1")
      const shouted = bytes.replace(/^Host: .*$/m, (it) => it.toUpperCase())
      expect((await exchange(sandbox.url, Buffer.from(shouted))).status).toBe(200)
    },
  )

  test("takes signatures for the address that a request names, and refuses those for another", async () => {
    const path = "/1.1/account/verify_credentials.json"
    // Beneath TLS that ends on the way, a client names the host alone.
    for (const host of [sandbox.url, "https://api.example.com"]) {
      expect((await exchange(sandbox.url, write({ host }, "GET", path, []))).status).toBe(200)
    }
    const bytes = write({ host: "https://api.example.com" }, "GET", path, []).toString("latin1")
    const refused = await exchange(sandbox.url, Buffer.from(bytes.replace("example.com", "x.com")))
    expect([refused.status, JSON.parse(refused.body)]).toEqual([
      401,
      { errors: [{ code: 32, message: "Could not authenticate you." }] },
    ])
  })

  test("takes the same protocol parameters in two places once", async () => {
    const bytes = write({ protocol: "query" }, "GET", "/2/users/me", []).toString("latin1")
    const [, query = ""] = /\?(\S+)/.exec(bytes) ?? []
    const members = [...new URLSearchParams(query)]
    const twice = bytes.replace(
      "\r\n\r\n",
      `\r\nAuthorization: OAuth ${members.map(([name, value]) => `${name}="${encodeURIComponent(value)}"`).join(",")}\r\n\r\n`,
    )
    expect((await exchange(sandbox.url, Buffer.from(twice))).status).toBe(200)
  })

  test("keeps connections of HTTP/1.1, and of HTTP/1.0 when asked to", async () => {
    const connection = await Connection.open(sandbox.port)
    for (const [version, extra] of [
      ["1.1", []],
      ["1.0", ["Connection: keep-alive"]],
      ["1.1", []],
    ] as const) {
      connection.write(message(`GET /2/users/me HTTP/${version}`, ["Host: x", bearer, ...extra]))
      expect(await connection.reply()).toMatchObject({ status: 200, closes: false })
    }
    connection.write(message("GET /2/users/me HTTP/1.0", [bearer]))
    expect(await connection.reply()).toMatchObject({ status: 200 })
    await connection.closed()
  })

  test("takes a body in chunks, and answers requests that come together in their order", async () => {
    const connection = await Connection.open(sandbox.port)
    const path = `/2/users/${me.id}/following`
    const body = JSON.stringify({ target_user_id: people.open.id })
    const chunks = [body.slice(0, 5), body.slice(5)].map(
      (chunk) => `${chunk.length.toString(16)};ext=1\r\n${chunk}\r\n`,
    )
    const head = ["Host: api.x.com", bearer, "Content-Type: application/json"]
    connection.write(
      Buffer.concat([
        message(`POST ${path} HTTP/1.1`, [...head, "Transfer-Encoding: chunked"]),
        Buffer.from(`${chunks.join("")}0\r\n\r\n`),
        message(`DELETE ${path}/${people.open.id} HTTP/1.1`, head),
        message("GET /2/users/me HTTP/1.1", head),
      ]),
    )
    const bodies = [await connection.reply(), await connection.reply(), await connection.reply()]
    expect(bodies.map((reply) => (reply === "closed" ? reply : JSON.parse(reply.body)))).toEqual([
      { data: { following: true, pending_follow: false } },
      { data: { following: false } },
      { data: expect.objectContaining({ id: me.id }) },
    ])
    connection.destroy()
  })

  test("sends on each reply a type, a date, and whole numbers for the limits", async () => {
    const bytes = write({}, "GET", "/1.1/friends/ids.json", [])
    const { headers } = await exchange(sandbox.url, bytes)
    expect(headers["content-type"]).toMatch(/^application\/json ?; ?charset=utf-8$/)
    expect(Math.abs(Date.parse(headers["date"] ?? "") - Date.now())).toBeLessThan(5_000)
    expect(headers).toMatchObject({ "x-rate-limit-limit": "15", "x-rate-limit-remaining": "14" })
    expect(headers["x-rate-limit-reset"]).toMatch(/^[0-9]{10}$/)
    expect(headers["x-access-level"]).toBe("read-write")
  })

  test("gives ids as exact numbers, also above 2^53", async () => {
    await sandbox.held.call("PUT", `blocks/${people.open.id}/${people.hub.id}`)
    const bytes = write({}, "GET", "/1.1/followers/ids.json", [["user_id", people.hub.id]])
    const { body } = await exchange(sandbox.url, bytes)
    for (const { id } of members) expect(body).toMatch(new RegExp(`[[,]${id}[\\],]`))
  })

  test("refuses a signature that was used before, and one that is old", async () => {
    const path = "/1.1/account/verify_credentials.json"
    const bytes = write({}, "GET", path, [])
    expect((await exchange(sandbox.url, bytes)).status).toBe(200)
    expect((await exchange(sandbox.url, bytes)).status).toBe(401)
    const timestamp = Math.floor(Date.now() / 1000) - 3_600
    const old = await exchange(sandbox.url, write({}, "GET", path, [], { timestamp, keys }))
    expect([old.status, JSON.parse(old.body).errors[0].code]).toEqual([401, 135])
  })

  test("gives an app's token for its keys, by the names of the older pages", async () => {
    const basic = Buffer.from(`${app.consumerKey}:${app.consumerSecret}`).toString("base64")
    const { status, body } = await exchange(
      sandbox.url,
      message(
        "POST /oauth2/token HTTP/1.1",
        [
          "Host: api.twitter.com",
          `Authorization: Basic ${basic}`,
          "Content-Type: application/x-www-form-urlencoded;charset=UTF-8.",
        ],
        "grant_type=client_credentials",
      ),
    )
    expect([status, JSON.parse(body)]).toEqual([
      200,
      { token_type: "bearer", access_token: app.bearerToken },
    ])
  })
})
