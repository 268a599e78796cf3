/** What goes into a store and out of it as text: histories, by `export` and `import`, and worlds. */
import { mkdtemp, readdir, readFile, rm, stat, watch, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { complaint } from "./support/cli.ts"
import { fill, happycamper, type Place, place, riverotter } from "./support/cli-store.ts"
import { freshDatabase } from "./support/postgres.ts"

// Each test starts up to ten processes, and a machine may be busy.
vi.setConfig({ hookTimeout: 120_000, testTimeout: 120_000 })

let folder: string
let here: Place

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-archive-"))
  here = place(folder)
})
afterEach(() => rm(folder, { recursive: true }))

const write = async (name: string, text: string): Promise<string> => {
  await writeFile(join(folder, name), text)
  return name
}

const world = {
  apps: [],
  users: [
    { id: "5", username: "ada", name: "Ada" },
    { id: "6", username: "bea", name: "Bea", protected: true },
  ],
  tokens: [],
  relationships: [
    { source: "ada", target: "bea", state: "pending" },
    { source: "bea", target: "ada", state: "following" },
  ],
  blocks: [],
}

describe.each(["sqlite", "postgres"])("a world file in %s", (kind) => {
  beforeEach(async () => {
    if (kind === "postgres") here = place(folder, { KITH_STORE: await freshDatabase() })
  })

  test("is what kith serve goes on with", async () => {
    const file = await write("my.json", JSON.stringify(world, undefined, 2))
    expect(await here.run("import", file)).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringMatching(/^put a world of 2 users and 2 relationships into \S+\n$/),
    })
    const server = await here.serve()
    expect(server.whereabouts).toMatch(/^the world found in /)
    expect(await server.state("ada", "bea")).toBe("pending")
    expect(await server.state("bea", "ada")).toBe("following")
    await server.end()
  })

  test("takes the place of another one only when it was asked for", async () => {
    const file = await write("my.json", JSON.stringify(world))
    await here.run("import", file)
    const refused = await here.run("import", file)
    expect(refused.code).toBe(1)
    expect(complaint(refused)).toBe(
      "kith: the store has a world already; give --replace to put this one in its place\n",
    )
    const nobody = await write(
      "nobody.json",
      JSON.stringify({ ...world, users: [], relationships: [] }),
    )
    expect(await here.run("import", nobody, "--replace", "--json")).toMatchObject({
      code: 0,
      out: expect.stringContaining('"users":0,"relationships":0'),
    })
  })
})

describe("what is no history and no world", () => {
  test.each([
    ["", "letter is empty"],
    ["\n \n", "letter is empty"],
    ["Dear grandmother,\n", "letter is neither a history that kith export wrote nor a world file"],
    ["\u0000\u0001\u0002", "letter is neither a history that kith export wrote nor a world file"],
    ['{ "apps": [ }', "letter: not JSON: line 1"],
    [JSON.stringify({ ...world, users: [] }), "letter: relationships[0].source: "],
  ])("is refused, and makes no store: %j", async (text, message) => {
    const ended = await here.run("import", await write("letter", text))
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toContain(`kith: ${message}`)
    expect(await readdir(folder)).toEqual(["letter"])
  })

  test("is a file that is not there, and makes no store", async () => {
    const ended = await here.run("import", "nowhere.ndjson")
    expect(ended.code).toBe(1)
    expect(complaint(ended)).toBe("kith: cannot read nowhere.ndjson: there is no such file\n")
    expect(await readdir(folder)).toEqual([])
  })
})

describe("a history", () => {
  /** More than fit between two checkpoints. */
  const total = 2_450
  let source: string
  let store: string
  let lines: ReadonlyArray<string>

  beforeAll(async () => {
    source = await mkdtemp(join(tmpdir(), "kith-history-"))
    const file = join(source, "first.db")
    store = `sqlite:${file}`
    await fill(file, 50)
    const exported = await place(source).run("export", "--store", store)
    expect(exported).toMatchObject({ code: 0, err: `wrote 2,450 events of ${store}\n` })
    lines = exported.out.split("\n")
  })
  afterAll(() => rm(source, { recursive: true }))

  const events = async (at: string): Promise<ReadonlyArray<string>> => {
    const { out } = await here.run("export", "--store", at)
    return out.split("\n").filter((line) => line.startsWith('{"id"'))
  }

  test("goes from a file into a database and back, and stays what it was", async () => {
    const database = await freshDatabase()
    const expected = lines.filter((line) => line.startsWith('{"id"'))
    expect(expected).toHaveLength(total)
    await write("history.ndjson", lines.join("\n"))
    for (const [file, at, next] of [
      ["history.ndjson", database, "second.ndjson"],
      ["second.ndjson", "sqlite:third.db", "third.ndjson"],
    ] as const) {
      const imported = await here.run("import", file, "--store", at, "--json")
      expect(imported).toMatchObject({ code: 0, err: "" })
      expect(JSON.parse(imported.out)).toMatchObject({ events: total, present: 0 })
      const exported = await here.run("export", next, "--store", at, "--json")
      expect(exported).toMatchObject({ code: 0, err: "" })
      expect(JSON.parse(exported.out)).toMatchObject({ file: next, events: total })
      expect(await here.run("check", "--store", at)).toMatchObject({ code: 0, err: "" })
    }
    expect(await events("sqlite:third.db")).toEqual(expected)
    const { mode } = await stat(join(folder, "third.ndjson"))
    expect((mode & 0o777).toString(8)).toBe("600")
  })

  test("that was cut off goes on, in a file and in a store", async () => {
    const whole = lines.join("\n")
    // In the middle of a line behind the first checkpoint, and before the last line's end.
    for (const length of [Math.floor(whole.length * 0.6), whole.length - 1]) {
      await write("part.ndjson", whole.slice(0, length))
      const ended = await here.run("export", "part.ndjson", "--store", store)
      expect(ended).toMatchObject({ code: 0, err: "" })
      expect(await readFile(join(folder, "part.ndjson"), "utf8")).toBe(whole)
    }
    const again = await here.run("export", "part.ndjson", "--store", store)
    expect(again.code).toBe(1)
    expect(complaint(again)).toBe(
      "kith: part.ndjson is a whole archive already, of 2,450 events; give another name\n",
    )

    await write("cut.ndjson", whole.slice(0, Math.floor(whole.length * 0.6)))
    const cut = await here.run("import", "cut.ndjson", "--store", "sqlite:second.db")
    expect(cut.code).toBe(1)
    expect(complaint(cut)).toMatch(/^kith: cut\.ndjson: line \d+: [^\n]*not complete[^\n]*\n$/)
    const gone = await here.run("import", "part.ndjson", "--store", "sqlite:second.db")
    expect(gone).toMatchObject({
      code: 0,
      out: "sqlite:second.db has the 2,450 events of part.ndjson, of which 1,000 were there\n",
    })
    expect(await events("sqlite:second.db")).toEqual(await events(store))
  })

  test("that is interrupted on its way ends with 130, and goes on when it comes again", async () => {
    const { child, ended } = here.follow("import", "-")
    child.stdin.write(lines.slice(0, 1_500).join("\n"))
    for await (const { filename } of watch(folder)) if (filename === "kith.db") break
    child.kill("SIGINT")
    expect((await ended).code).toBe(130)
    await write("history.ndjson", lines.join("\n"))
    expect(await here.run("import", "history.ndjson")).toMatchObject({ code: 0, err: "" })
    expect(await events("sqlite:./kith.db")).toEqual(await events(store))
  })

  test("is refused where it does not fit, or is not what was written", async () => {
    await write("whole.ndjson", lines.join("\n"))
    await write("bent.ndjson", lines.join("\n").replace('"retweets":true', '"retweets":false'))
    const bent = await here.run("import", "bent.ndjson", "--store", "sqlite:second.db")
    expect(bent.code).toBe(1)
    expect(complaint(bent)).toMatch(
      /^kith: bent\.ndjson: line \d+: [^\n]*not what was written[^\n]*\n$/,
    )
    expect(await events("sqlite:second.db")).toEqual([])

    const server = await here.serve("--store", "sqlite:other.db")
    await server.execute("Follow", happycamper, riverotter)
    await server.end()
    const occupied = await here.run("import", "whole.ndjson", "--store", "sqlite:other.db")
    expect(occupied.code).toBe(1)
    expect(complaint(occupied)).toMatch(/^kith: whole\.ndjson: [^\n]+\n$/)
    expect(await events("sqlite:other.db")).toHaveLength(1)
    const replaced = await here.run("import", "whole.ndjson", "--replace")
    expect(replaced.code).toBe(2)
    expect(await readdir(folder)).not.toContain("kith.db")
  })

  test("of any length takes no more memory than a part of it", async () => {
    const file = join(folder, "long.db")
    await fill(file, 200)
    // Of megabytes, of which the command itself takes half; the events as objects would take 80.
    const small = place(folder, { NODE_OPTIONS: "--max-old-space-size=40" })
    const ended = await small.run("export", "long.ndjson", "--store", `sqlite:${file}`)
    expect(ended).toMatchObject({ code: 0, err: "" })
    expect(await small.run("import", "long.ndjson")).toMatchObject({
      code: 0,
      err: "",
      out: "sqlite:./kith.db has the 39,800 events of long.ndjson\n",
    })
  })

  test("is not written over what is there", async () => {
    await (await here.serve()).end()
    await write("letter", "Dear grandmother,\n")
    await write("note", "Dear grandmother")
    for (const name of ["letter", "note"]) {
      const refused = await here.run("export", name)
      expect(refused.code).toBe(1)
      expect(complaint(refused)).toMatch(
        new RegExp(`^kith: ${name} is there already, and [^\\n]+\\n$`),
      )
      expect(await readFile(join(folder, name), "utf8")).toMatch(/^Dear grandmother/)
    }
    const nowhere = await here.run("export", "nowhere/x.ndjson")
    expect(complaint(nowhere)).toBe(
      "kith: there is no folder for nowhere/x.ndjson; make it first\n",
    )
  })

  test("ends quietly when whoever reads it has seen enough", async () => {
    const { child, ended, shown } = here.follow("export", "--store", store)
    await shown(/archive/)
    child.stdout.destroy()
    expect(await ended).toMatchObject({ code: 0 })
  })
})
