/** `kith` on stores that outlive it: a file, and a database. */
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { complaint } from "./support/cli.ts"
import {
  happycamper,
  type Place,
  place,
  quietbirch,
  type Served,
  twitterDev,
} from "./support/cli-store.ts"
import { freshDatabase } from "./support/postgres.ts"

// A test starts several processes, and a machine may be busy.
vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 })

let folder: string
let here: Place

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-store-"))
  here = place(folder)
})
afterEach(() => rm(folder, { recursive: true }))

const running: Array<Served> = []
afterEach(() => {
  for (const server of running.splice(0)) server.child.kill("SIGKILL")
})

const serve = async (...args: ReadonlyArray<string>): Promise<Served> => {
  const server = await here.serve(...args)
  running.push(server)
  return server
}

const emptyWorld = { apps: [], users: [], tokens: [], relationships: [], blocks: [] }

const writeWorld = async (world: object): Promise<string> => {
  const file = join(folder, "world.json")
  await writeFile(file, JSON.stringify({ ...emptyWorld, ...world }))
  return file
}

const ada = { id: "5", username: "ada", name: "Ada" }
const bea = { id: "6", username: "bea", name: "Bea" }
const world = {
  users: [ada, bea],
  relationships: [{ source: "ada", target: "bea", state: "following" }],
}

describe("kith serve", () => {
  test("keeps its world in ./kith.db unless told, for its owner alone, and goes on with it", async () => {
    const first = await serve()
    expect(first.whereabouts).toBe("a new world, kept in sqlite:./kith.db")
    await first.execute("Follow", happycamper, twitterDev)
    await first.execute("Follow", happycamper, quietbirch)
    expect(await first.end()).toMatchObject({ code: 0, err: "" })
    for (const file of await readdir(folder)) {
      expect([file, ((await stat(join(folder, file))).mode & 0o777).toString(8)]).toEqual([
        expect.stringMatching(/^kith\.db/),
        "600",
      ])
    }

    const second = await serve()
    expect(second.whereabouts).toBe("the world found in sqlite:./kith.db")
    expect(await second.state(happycamper, twitterDev)).toBe("following")
    expect(await second.state(happycamper, quietbirch)).toBe("pending")
    expect(await second.end()).toMatchObject({ code: 0, err: "" })
  })

  test("says where it is in one line of JSON when that was asked", async () => {
    const server = here.follow("serve", "--port", "0", "--json")
    const [line] = await server.shown(/^[^]*\n/)
    server.child.kill("SIGINT")
    expect(await server.ended).toEqual({ code: 0, err: "", out: line })
    expect(JSON.parse(line)).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      store: "sqlite:./kith.db",
      resumed: false,
    })
  })

  test("keeps nothing in memory, and says so", async () => {
    const server = await serve("--store", "memory")
    expect(server.whereabouts).toBe("a new world, in memory: it ends with this process")
    await server.end()
    expect(await readdir(folder)).toEqual([])
  })

  test("fills an empty store with a world, and refuses it where one is, unless told", async () => {
    const file = await writeWorld(world)
    const first = await serve("--world", file)
    expect(await first.state("ada", "bea")).toBe("following")
    await first.execute("Unfollow", ada.id, bea.id)
    await first.end()

    const refused = await here.run("serve", "--port", "0", "--world", file)
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toMatch(/^kith: [^\n]*--replace[^\n]*\n$/)
    const second = await serve()
    expect(await second.state("ada", "bea")).toBe("none")
    await second.end()

    const third = await serve("--world", file, "--replace")
    expect(third.whereabouts).toBe("a new world, kept in sqlite:./kith.db")
    expect(await third.state("ada", "bea")).toBe("following")
    await third.end()
  })

  test("takes the store from the environment, and the flag before it", async () => {
    here = place(folder, { KITH_STORE: `sqlite:${join(folder, "other.db")}` })
    await (await serve()).end()
    expect(await readdir(folder)).toContain("other.db")
    const told = await serve("--store", "sqlite:told.db")
    expect(told.whereabouts).toBe("a new world, kept in sqlite:told.db")
    await told.end()
  })

  test("keeps its world in PostgreSQL, and never says the password", async () => {
    const url = new URL(await freshDatabase())
    const password = url.password
    here = place(folder, { KITH_STORE: url.href })
    const first = await serve()
    if (password !== "") url.password = "***"
    expect(first.whereabouts).toBe(`a new world, kept in ${url.href}`)
    await first.execute("Follow", happycamper, twitterDev)
    await first.end()
    const second = await serve()
    expect(second.whereabouts).toBe(`the world found in ${url.href}`)
    expect(await second.state(happycamper, twitterDev)).toBe("following")
    const { out, err } = await second.end()
    if (password !== "") expect(out + err).not.toContain(password)
    expect(await readdir(folder)).toEqual([])
  })

  test("says in one line that a database does not answer, and not with which password", async () => {
    const refused = await here.run(
      "serve",
      "--port",
      "0",
      "--store",
      "postgres://me:hunter2@127.0.0.1:1/kith",
    )
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toMatch(/^kith: [^\n]+\n$/)
    expect(refused.err).not.toContain("hunter2")
  })

  test("refuses a file that is not its own, and leaves it as it is", async () => {
    const file = join(folder, "kith.db")
    const text = "This is a letter to my grandmother, and no database at all.".repeat(100)
    await writeFile(file, text)
    const refused = await here.run("serve", "--port", "0")
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toMatch(/^kith: [^\n]*kith\.db[^\n]*\n$/)
    expect((await stat(file)).size).toBe(text.length)
  })
})
