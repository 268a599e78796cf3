/** A world on durable storage, after a restart. */
import { Sandbox } from "@kith/sandbox"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, test } from "vitest"
import { postgres } from "../support/postgres-layer.ts"
import {
  accessOf,
  idOf,
  insides,
  login1,
  login2,
  otherWorld,
  picture,
  refresh2,
  refreshed,
  renewBearer,
  revoke2,
  send,
  sendSigned,
  sqlite,
  world,
} from "./persistence-support.ts"
import { toys } from "./persistence-toys.ts"

const folder = mkdtempSync(join(tmpdir(), "kith-kept-"))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const storages = {
  "the toys": () => toys().storage,
  "an SQLite file": () => sqlite(join(folder, `${++files}.db`)),
  "a schema of PostgreSQL": () => postgres(),
}

describe.each(Object.entries(storages))("a sandbox on %s", (_, makeStorage) => {
  test("goes on after a restart with everything as it was", async () => {
    const storage = makeStorage()
    const first = await Sandbox.start({ storage, world })
    const { url } = first
    expect(first.resumed).toBe(false)
    const [ada, cleo] = [await login1(url, "ada"), await login2(url, "cleo")]
    const newer = await refreshed(url, cleo.refresh)
    const revoked = await login2(url, "dan")
    await revoke2(url, revoked.access)
    const follow = await sendSigned(url, "POST", `/1.1/friendships/create.json`, ada)
    expect(follow.status).not.toBe(401)
    const bearer = await renewBearer(url)
    const body = { target_user_id: idOf("dan") }
    const mute = `/2/users/${idOf("cleo")}/muting`
    expect((await send(url, "POST", mute, { bearer: newer.access, body })).json).toEqual({
      data: { muting: true },
    })
    await send(url, "PUT", "/sandbox/blocks/dan/cleo")
    await send(url, "DELETE", "/sandbox/blocks/eve/ada")
    for (const [id, username] of [
      ["77", "fay"],
      ["66", "gus"],
    ]) {
      await send(url, "POST", "/sandbox/users", { body: { id, username, name: "" } })
    }
    await send(url, "PATCH", "/sandbox/users/fay", { body: { protected: true } })
    await send(url, "PATCH", "/sandbox/users/ada", { body: { username: "adele" } })
    await send(url, "PATCH", "/sandbox/users/cleo", { body: { username: "ada" } })
    for (const [id, username] of [
      ["4", "nobody"],
      ["5", "dan"],
      ["4", "eve"],
    ]) {
      await send(url, "PATCH", `/sandbox/users/${id}`, { body: { username } })
    }
    await send(url, "POST", "/sandbox/clock", { body: { advanceSeconds: 60 } })
    const before = [await picture(url), await insides(first)]
    await first.close()

    await using second = await Sandbox.start({ storage })
    expect(second.resumed).toBe(true)
    expect([await picture(second.url), await insides(second)]).toEqual(before)
    for (const access of [cleo.access, newer.access, accessOf("bea"), bearer]) {
      const answer = await send(second.url, "GET", "/2/users/1", { bearer: access })
      expect(answer.status).toBe(200)
    }
    for (const access of [revoked.access, "AAAAappOnly"]) {
      expect((await send(second.url, "GET", "/2/users/1", { bearer: access })).status).toBe(401)
    }
    const verified = await sendSigned(
      second.url,
      "GET",
      "/1.1/account/verify_credentials.json",
      ada,
    )
    expect(verified.json.screen_name).toBe("adele")
    // It was used before the restart: using it twice ends the grant.
    expect((await refresh2(second.url, cleo.refresh)).status).toBe(400)
    expect((await send(second.url, "GET", "/2/users/1", { bearer: newer.access })).status).toBe(401)
  })
  test("counts on after a restart where it was, and opens windows at the same moment", async () => {
    const storage = makeStorage()
    const ask = async (url: string) => {
      const path = `/2/users/${idOf("ada")}/blocking`
      const { headers, status } = await send(url, "GET", path, { bearer: accessOf("ada") })
      const of = (name: string) => Number(headers.get(`x-rate-limit-${name}`))
      return { status, remaining: of("remaining"), reset: of("reset") }
    }
    let sandbox = await Sandbox.start({ storage, world })
    const { reset } = await ask(sandbox.url)
    for (let remaining = 13; remaining >= 0; remaining--) {
      if (remaining % 5 === 0) {
        await sandbox.close()
        sandbox = await Sandbox.start({ storage })
      }
      expect(await ask(sandbox.url)).toMatchObject({ remaining, reset })
    }
    await sandbox.close()
    await using last = await Sandbox.start({ storage })
    expect(await ask(last.url)).toEqual({ status: 429, remaining: 0, reset })
    await send(last.url, "POST", "/sandbox/clock", { body: { advanceSeconds: 900 } })
    expect(await ask(last.url)).toMatchObject({ remaining: 14 })
  })

  test("lets a token expire when its time is over, whatever time passed over a restart", async () => {
    const storage = makeStorage()
    const first = await Sandbox.start({ storage, world })
    const { access, refresh } = await login2(first.url, "ada")
    const advance = (url: string, advanceSeconds: number) =>
      send(url, "POST", "/sandbox/clock", { body: { advanceSeconds } })
    const me = async (url: string, bearer: string) =>
      (await send(url, "GET", "/2/users/me", { bearer })).status
    await advance(first.url, 7_000)
    await first.close()
    const second = await Sandbox.start({ storage })
    expect(await me(second.url, access)).toBe(200)
    await advance(second.url, 200)
    expect(await me(second.url, access)).toBe(401)
    await second.close()
    await using third = await Sandbox.start({ storage })
    expect(await me(third.url, access)).toBe(401)
    expect(await me(third.url, (await refreshed(third.url, refresh)).access)).toBe(200)
  })

  test("is replaced and reset as a whole, and remembers what it was replaced with", async () => {
    const storage = makeStorage()
    const first = await Sandbox.start({ storage, world })
    const put = await send(first.url, "PUT", "/sandbox/world", { body: otherWorld })
    expect(put.json).toMatchObject({ relationships: 2, blocks: 0, tokens: 2 })
    const begun = await picture(first.url)
    await send(first.url, "PATCH", "/sandbox/users/ada", { body: { name: "changed" } })
    await first.close()

    const second = await Sandbox.start({ storage })
    expect((await picture(second.url)).exported.users[0].name).toBe("changed")
    expect((await send(second.url, "POST", "/sandbox/reset")).status).toBe(200)
    const reset = await picture(second.url)
    expect(reset.exported).toEqual(begun.exported)
    // The same again, at the positions behind.
    expect(reset.log.split("\n").length).toBe(begun.log.split("\n").length)
    expect(JSON.parse(reset.log.split("\n")[0] ?? "").position).toBeGreaterThan(
      JSON.parse(begun.log.split("\n").at(-2) ?? "").position,
    )
    await second.close()

    await using third = await Sandbox.start({ storage, world, replace: true })
    expect(third.resumed).toBe(false)
    expect((await picture(third.url)).exported.relationships).toHaveLength(3)
  })

  test("ends the streams of those who follow when it is replaced, and they go on behind it", async () => {
    await using sandbox = await Sandbox.start({ storage: makeStorage(), world })
    const follow = async function* (from: number) {
      const { body } = await fetch(`${sandbox.url}/sandbox/events`, {
        headers: { accept: "text/event-stream", "last-event-id": String(from) },
      })
      const decoder = new TextDecoder()
      for await (const chunk of body ?? []) yield decoder.decode(chunk)
    }
    let seen = ""
    for await (const text of follow(0)) {
      seen += text
      if (seen.match(/^id: /gm)?.length !== 3 || seen.includes("[put]")) continue
      seen += "[put]"
      await send(sandbox.url, "PUT", "/sandbox/world", { body: otherWorld })
    }
    // Nothing of the new world came before the end of the old one.
    expect(seen).toMatch(/\[put\](: still here\n\n)?event: replaced\ndata: \{\}\n\n$/)
    expect(seen.match(/^id: /gm)).toHaveLength(3)
    const last = Number(/^id: (\d+)$/m.exec(seen.slice(seen.lastIndexOf("id: ")))?.[1])
    let next = ""
    for await (const text of follow(last)) {
      next += text
      if (next.match(/^id: /gm)?.length === 2) break
    }
    expect(next).toContain(`"source":"${idOf("bea")}"`)
    expect(next).not.toContain(`"source":"${idOf("ada")}"`)
  })

  test("tells those who follow the log what happened, over a restart", async () => {
    const storage = makeStorage()
    const first = await Sandbox.start({ storage, world })
    await first.close()
    await using second = await Sandbox.start({ storage })
    const body = { target_user_id: idOf("dan") }
    const path = `/2/users/${idOf("ada")}/following`
    await send(second.url, "POST", path, { bearer: accessOf("ada"), body })
    const log = await send(second.url, "GET", "/sandbox/events?from=3")
    expect(JSON.parse(log.text)).toMatchObject({
      position: 4,
      target: idOf("dan"),
      type: "Followed",
    })
  })
})
