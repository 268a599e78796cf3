/** The commands that look after a store: `check`, `rebuild`, `backup`, `erase` and `forget`. */
import { spawn } from "node:child_process"
import { Effect } from "effect"
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { DatabaseSync } from "node:sqlite"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { collect, complaint, main } from "./support/cli.ts"
import {
  fill,
  happycamper,
  type Place,
  place,
  quietbirch,
  riverotter,
  twitterDev,
} from "./support/cli-store.ts"
import { freshDatabase } from "./support/postgres.ts"
import { connect, sql } from "./support/postgres-layer.ts"

// Each test starts up to ten processes, and a machine may be busy.
vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 })

let folder: string
let here: Place

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-upkeep-"))
  here = place(folder)
})
afterEach(() => rm(folder, { recursive: true }))

/** What happens before each test: four relationships, of which one waits for an answer. */
const live = async (at: Place, ...args: ReadonlyArray<string>): Promise<void> => {
  const server = await at.serve(...args)
  await server.execute("Follow", happycamper, twitterDev)
  await server.execute("Follow", happycamper, quietbirch)
  await server.execute("Follow", twitterDev, happycamper)
  await server.execute("Follow", twitterDev, riverotter)
  await server.execute("Unfollow", twitterDev, riverotter)
  await server.end()
}

/** Does what only a fault could do. */
const damage = (sql: string): void => {
  const database = new DatabaseSync(join(folder, "kith.db"))
  database.exec(sql)
  database.close()
}

const lines = (text: string): ReadonlyArray<unknown> =>
  text
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line))

describe.each(["sqlite", "postgres"])("on %s", (kind) => {
  beforeEach(async () => {
    if (kind === "postgres") here = place(folder, { KITH_STORE: await freshDatabase() })
    await live(here)
  })

  test("a sound store has no faults, and is as sound when it was made anew", async () => {
    const before = await here.run("check")
    expect(before).toMatchObject({ code: 0, err: "" })
    expect(before.out).toMatch(/^no fault in \S+\n$/)
    expect(await here.run("rebuild")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^made edges, lists and counts of \S+ anew from its log\n$/),
    })
    const after = await here.run("check", "--json")
    expect(after).toMatchObject({ code: 0, err: "" })
    expect(lines(after.out)).toEqual([{ store: expect.any(String), faults: 0 }])
  })

  test("a user is erased once it was asked for twice, and forgotten in the end", async () => {
    const asked = await here.run("erase", happycamper)
    expect(asked.code).toBe(2)
    expect(complaint(asked)).toMatch(
      /^kith: user 63046977 follows 1, is followed by 1, and has 1 open request in \S+; nobody can undo it, so ask for it with --yes\n$/,
    )
    expect(await here.run("erase", happycamper, "--yes")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(
        /^erased user 63046977 from \S+, with all that happened to their relationships; the sandbox's world in it still has the user, with name, tokens, blocks and mutes; [^\n]*: kith import WORLD --replace\n$/,
      ),
    })
    const server = await here.serve()
    expect(await server.state(happycamper, twitterDev)).toBe("none")
    const log = await (await fetch(`${server.url}/sandbox/events`)).text()
    expect(lines(log).map((event) => Object(event).type)).toEqual([
      "Followed",
      "Unfollowed",
      "Erased",
      "Erased",
      "Erased",
    ])
    await server.end()
    const now = new Date().toISOString()
    const forgot = await here.run("forget", "--before", now, "--json")
    expect(forgot).toMatchObject({ code: 0, err: "" })
    expect(lines(forgot.out)).toEqual([
      { store: expect.any(String), before: now, commandIds: expect.any(Number), tombstones: 3 },
    ])
    expect(await here.run("check")).toMatchObject({ code: 0, err: "" })
  })
})

describe("kith erase", () => {
  test("erases nothing where it cannot read the sandbox's world", async () => {
    await live(here)
    damage("UPDATE journal SET value = 'x' WHERE key LIKE 'sandbox/world%'")
    expect(await here.run("erase", happycamper, "--yes")).toMatchObject({ code: 1, out: "" })
    const asked = await here.run("erase", happycamper)
    expect(complaint(asked)).toMatch(/^kith: user 63046977 follows 1, is followed by 1,/)
  })

  test("says whether the sandbox's world still has the user", async () => {
    const server = await here.serve()
    await fetch(`${server.url}/sandbox/users`, {
      method: "POST",
      body: JSON.stringify({ id: "5", username: "newcomer", name: "New" }),
    })
    for (const [user, inWorld] of [
      [happycamper, true],
      ["5", true],
      ["6", false],
    ]) {
      const erased = await here.run("erase", String(user), "--yes", "--json")
      expect(erased).toMatchObject({ code: 0, err: "" })
      expect(lines(erased.out)).toEqual([{ store: "sqlite:./kith.db", user, inWorld }])
    }
    await server.end()
  })
})

describe("kith check", () => {
  test("lists faults, exits with 1, and finds none after a rebuild", async () => {
    await live(here)
    damage(`UPDATE users SET followers = followers + 7 WHERE id = ${twitterDev}`)
    damage(`DELETE FROM edges WHERE source = ${twitterDev} AND target = ${happycamper}`)
    const found = await here.run("check")
    expect(found.code).toBe(1)
    expect(found.out).toMatch(/^WHERE +FAULT\n/)
    expect(found.out).toMatch(/^counts +\S/m)
    expect(found.out).toMatch(/^edges +\S/m)
    expect(found.err).toMatch(
      /^kith: \d+ faults in sqlite:\.\/kith\.db; mend it with: kith rebuild\n$/,
    )
    const json = await here.run("check", "--json")
    expect(json.code).toBe(1)
    const faults = found.out.trimEnd().split("\n").length - 1
    expect(lines(json.out)).toHaveLength(faults + 1)
    expect(lines(json.out).at(-1)).toMatchObject({ store: "sqlite:./kith.db", faults })

    await here.run("rebuild")
    expect(await here.run("check")).toMatchObject({ code: 0, err: "" })
    const server = await here.serve()
    expect(await server.state(twitterDev, happycamper)).toBe("following")
    await server.end()
  })
})

describe("kith backup", () => {
  test("copies a store that is in use, for its owner alone", async () => {
    const server = await here.serve()
    await server.execute("Follow", happycamper, twitterDev)
    const copied = await here.run("backup", "monday.db")
    expect(copied).toMatchObject({ code: 0, err: "" })
    const { mode, size } = await stat(join(folder, "monday.db"))
    expect((mode & 0o777).toString(8)).toBe("600")
    expect(copied.out).toBe(
      `copied sqlite:./kith.db to monday.db, ${size.toLocaleString("en-US")} bytes; use it with: --store sqlite:monday.db\n`,
    )
    await server.execute("Unfollow", happycamper, twitterDev)
    await server.end()
    expect(await here.run("check", "--store", "sqlite:monday.db")).toMatchObject({ code: 0 })
    const copy = await here.serve("--store", "sqlite:monday.db")
    expect(copy.whereabouts).toBe("the world found in sqlite:monday.db")
    expect(await copy.state(happycamper, twitterDev)).toBe("following")
    await copy.end()
  })

  test("never writes over a file", async () => {
    await live(here)
    await writeFile(join(folder, "letter"), "Dear grandmother")
    for (const file of ["letter", "kith.db"]) {
      const refused = await here.run("backup", file)
      expect(refused.code).toBe(1)
      expect(complaint(refused)).toMatch(new RegExp(`^kith: [^\\n]*${file}[^\\n]*\\n$`))
    }
    expect(await readFile(join(folder, "letter"), "utf8")).toBe("Dear grandmother")
  })

  test("leaves nothing behind where there is no room for it", async () => {
    await fill(join(folder, "kith.db"), 50)
    // Half of what the copy takes.
    const limited = `trap "" XFSZ; ulimit -f 64; exec "$0" "$@"`
    const words = [process.execPath, main, "backup", "monday.db", "--store", "sqlite:kith.db"]
    const refused = await collect(spawn("bash", ["-c", limited, ...words], { cwd: folder }))
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toMatch(/^kith: \S+monday\.db: [^\n]+\n$/)
    expect(await readdir(folder)).toEqual(["kith.db"])
  })

  test("is not for PostgreSQL, and says what is", async () => {
    const refused = await here.run("backup", "x", "--store", "postgres://me:hunter2@db/kith")
    expect(refused.code).toBe(2)
    expect(complaint(refused)).toBe(
      "kith: kith backup copies SQLite files; back up a PostgreSQL database with pg_dump, or its log with: kith export FILE\n",
    )
  })
})

describe("what is not there", () => {
  test.each([
    ["check"],
    ["rebuild"],
    ["backup", "x.db"],
    ["export"],
    ["export", "x.ndjson"],
    ["erase", "5"],
    ["erase", "5", "--yes"],
    ["forget", "--before", "1d"],
  ])("is not made by kith %s", async (...args) => {
    const refused = await here.run(...args)
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toBe(
      "kith: there is no store ./kith.db; name another with --store, or make one with kith serve or kith import\n",
    )
    expect(await readdir(folder)).toEqual([])
  })

  test.each([
    ["check"],
    ["rebuild"],
    ["export", "x.ndjson"],
    ["erase", "5", "--yes"],
    ["forget", "--before", "1d"],
  ])("is not made in a database by kith %s", async (...args) => {
    const url = await freshDatabase()
    const refused = await place(folder, { KITH_STORE: url }).run(...args)
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toBe(
      "kith: there is no store in the schema kith; name another, or make one there first\n",
    )
    expect(await readdir(folder)).toEqual([])
    const schemas = Effect.scoped(
      Effect.flatMap(connect(url), (client) =>
        sql(client, "select nspname from pg_namespace where nspname = 'kith'"),
      ),
    )
    expect(await Effect.runPromise(schemas)).toEqual([])
  })
})

test.each([
  [["check", "--store", "memory"], "what is in memory ends with its process"],
  [["check", "--store", "kith.db"], "the store: expected memory, sqlite:FILE or postgres://"],
  [["erase", "ada"], "a store knows users by their ids alone"],
  [["forget", "--before", "soon"], "--before: expected an age"],
  [["forget", "--before", "9999-01-01"], "--before: that is yet to come"],
])("exits with 2 for %j", async (args, message) => {
  const ended = await here.run(...args)
  expect(ended.code).toBe(2)
  expect(complaint(ended)).toContain(`kith: ${message}`)
})
