/** The commands of `kith` that talk to a server: what they do, print, and say when it is not there. */
import { spawn } from "node:child_process"
import { createServer } from "node:http"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { collect, complaint, type Ended, follow, kith, main, runner, serve } from "./support/cli.ts"

let server: Awaited<ReturnType<typeof serve>>
let url: string
const { end, run } = runner()

beforeAll(async () => {
  server = await serve()
  url = server.url
})
beforeEach(() => fetch(`${url}/sandbox/reset`, { method: "POST" }))
afterAll(() => {
  end()
  server.child.kill()
})

const on = (...args: ReadonlyArray<string>): Promise<Ended> => kith(args, { KITH_URL: url })

const happycamper = "63046977"
const twitterDev = "2244994945"
const quietbirch = "1354143047324299264"
const riverotter = "1203944556"

/** The same as `kith follow` and the like, in no time. */
const execute = (tag: string, source: string, target: string, more: object = {}) =>
  fetch(`${url}/sandbox/commands`, {
    method: "POST",
    body: JSON.stringify({ command: { _tag: tag, source, target, ...more } }),
  })

describe("client commands", () => {
  test("drive a relationship through its whole life", async () => {
    const said: Array<string> = []
    for (const line of [
      "follow happycamper @QuietBirch --notifications",
      "approve happycamper quietbirch",
      "update 63046977 quietbirch --no-retweets",
      "follow happycamper quietbirch",
      "unfollow happycamper quietbirch",
      "unfollow happycamper quietbirch",
      "follow happycamper quietbirch --no-retweets",
      "deny happycamper quietbirch",
    ]) {
      const { code, out, err } = await on(...line.split(" "))
      expect([code, err]).toEqual([0, ""])
      said.push(out.trimEnd())
    }
    expect(said).toEqual(
      [
        "pending, retweets on, notifications on (changed)",
        "following, retweets on, notifications on (changed)",
        "following, retweets off, notifications on (changed)",
        "following, retweets off, notifications on (unchanged)",
        "none (changed)",
        "none (unchanged)",
        "pending, retweets off, notifications off (changed)",
        "none (changed)",
      ].map((state) => `happycamper → quietbirch: ${state}`),
    )
    const { out } = await on("show", "happycamper", "quietbirch")
    expect(out.split("\n")[0]).toBe("happycamper → quietbirch: none")
    expect(out.match(/[A-Z]\w+(?= {2,}(?:happycamper|quietbirch)$)/gm)).toEqual([
      "FollowRequested",
      "FollowRequestApproved",
      "RetweetsTurnedOff",
      "Unfollowed",
      "FollowRequested",
      "FollowRequestDenied",
    ])
  })

  test("have no second effect under one command id", async () => {
    const follow = () => on("follow", "happycamper", "TwitterDev", "--command-id", "one", "--json")
    const first = await follow()
    expect(JSON.parse(first.out)).toMatchObject({
      source: { username: "happycamper" },
      target: { username: "TwitterDev" },
      outcome: "changed",
      state: "following",
      events: [{ type: "Followed", commandId: "one" }],
    })
    expect(await follow()).toEqual(first)
    const other = await on("unfollow", "happycamper", "TwitterDev", "--command-id", "one")
    expect(other.code).toBe(1)
    expect(complaint(other)).toContain("use a fresh id")
  })

  test("say what the server refused, on one line", async () => {
    const approve = await on("approve", "happycamper", "quietbirch")
    expect(approve.code).toBe(1)
    expect(complaint(approve)).toMatch(/^kith: .*no request of the source waits.*\n$/)
    const unknown = await on("show", "happycamper", "no body/../x")
    expect(unknown.code).toBe(1)
    expect(complaint(unknown)).toBe('kith: no user has the id or username "no body/../x"\n')
  })

  test("know nobody by a name that no address can have", async () => {
    const long = "é".repeat(100_000)
    for (const [name, shown] of [
      ["", ""],
      ["@", "@"],
      [".", "."],
      ["..", ".."],
      [long, `${long.slice(0, 40)}…`],
    ]) {
      for (const command of ["follow", "show"]) {
        const ended = await run([command, name ?? "", "happycamper"], { KITH_URL: url })
        expect([ended.code, complaint(ended)]).toEqual([
          1,
          `kith: no user has the id or username ${JSON.stringify(shown)}\n`,
        ])
      }
    }
  })

  test("list page by page, and to the end", async () => {
    for (const source of [happycamper, quietbirch, riverotter]) {
      await execute("Follow", source, twitterDev)
    }
    const page = await on("followers", "TwitterDev", "--limit", "2")
    expect(page.out.split("\n").map((line) => line.split(" ")[0])).toEqual([
      "USER",
      "riverotter",
      "quietbirch",
      "",
      "more:",
      "",
    ])
    const [, limit, cursor = ""] = / --limit (\d+) --cursor '?([^'\n]+)/.exec(page.out) ?? []
    expect(limit).toBe("2")
    const elsewhere = await kith(["followers", "TwitterDev", "--limit", "2", "--on", url])
    expect(elsewhere.out).toContain(`more: kith followers TwitterDev --on ${url} --limit 2 `)
    const rest = await on("followers", "TwitterDev", "--cursor", cursor, "--json")
    expect(JSON.parse(rest.out)).toMatchObject({
      user: { username: "happycamper" },
      state: "following",
    })
    const lines = (await on("followers", "TwitterDev", "--json", "--limit", "2")).out
      .trimEnd()
      .split("\n")
    expect(lines.map((line) => Object.keys(JSON.parse(line))[0])).toEqual(["user", "user", "next"])
    const all = (await on("followers", "TwitterDev", "--all", "--limit", "1", "--json")).out
    expect(
      all
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).user.username),
    ).toEqual(["riverotter", "quietbirch", "happycamper"])
    expect((await on("following", "TwitterDev")).out).toBe("nobody\n")
  })

  test("print the log, and go on with it", async () => {
    await execute("Follow", happycamper, twitterDev)
    const watching = follow(["log", "--watch", "--json"], { KITH_URL: url })
    await watching.shown(/"position":1,/)
    await execute("Unfollow", happycamper, twitterDev)
    await watching.shown(/"position":2,/)
    watching.child.kill("SIGINT")
    const { code, out, err } = await watching.ended
    expect([code, err]).toEqual([0, ""])
    expect(out).toBe((await on("log", "--json")).out)
    expect((await on("log", "--json", "--from", "1")).out).toBe(`${out.split("\n")[1]}\n`)
    expect((await on("log", "--from", "9")).out).toBe("nothing has happened behind position 9\n")
    expect((await on("log")).out).toMatch(
      /^POSITION .*\n1 .*happycamper +TwitterDev +Followed\n2 .*happycamper +TwitterDev +Unfollowed\n$/,
    )
  })

  test("follow the log into a world that takes the place of the first", async () => {
    await execute("Follow", happycamper, twitterDev)
    const watching = follow(["log", "--watch"], { KITH_URL: url })
    await watching.shown(/Followed/)
    await fetch(`${url}/sandbox/reset`, { method: "POST" })
    await execute("Follow", happycamper, quietbirch)
    await watching.shown(/Followed[^]*FollowRequested/)
    watching.child.kill("SIGTERM")
    const { code, err } = await watching.ended
    expect(code).toBe(0)
    expect(err).toBe("the world was replaced; this is the log of the new one\n")
  })

  test("say how to go on when the server goes away", async () => {
    const other = await serve()
    const watching = follow(["log", "--watch", "--on", other.url])
    await fetch(`${other.url}/sandbox/commands`, {
      method: "POST",
      body: JSON.stringify({
        command: { _tag: "Follow", source: happycamper, target: twitterDev },
      }),
    })
    await watching.shown(/Followed/)
    other.child.kill()
    const { code, err } = await watching.ended
    expect([code, err]).toEqual([
      1,
      `kith: the connection was lost; go on with: kith log --watch --from 1 --on ${other.url}\n`,
    ])
  })

  test("keep tables within the width of the terminal, without colours where there is none", async () => {
    await execute("Follow", happycamper, twitterDev, { retweets: false })
    const commands = [["log"], ["show", "happycamper", "TwitterDev"], ["following", "happycamper"]]
    await Promise.all(
      ["80", "200"].flatMap((columns) =>
        commands.map(async (command) => {
          const { out } = await kith(command, { KITH_URL: url, COLUMNS: columns })
          expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(
            Number(columns),
          )
          expect(out).not.toContain("\u001b")
          if (command[0] !== "following") {
            expect(out.includes("retweets off, notifications off")).toBe(
              command[0] === "show" || columns === "200",
            )
          }
        }),
      ),
    )
  })

  test("say when there is no server, or something else", async () => {
    const odd = await kith(["log", "--on", "http://exa mple"])
    expect(odd.code).toBe(2)
    expect(complaint(odd)).toBe(
      "kith: --on http://exa mple: expected a URL such as http://127.0.0.1:4280\n",
    )
    const file = await kith(["log", "--on", "ftp://127.0.0.1"])
    expect([file.code, complaint(file)]).toEqual([
      2,
      "kith: --on ftp://127.0.0.1: expected a URL such as http://127.0.0.1:4280\n",
    ])
    const other = createServer((_, response) => response.end("hello"))
    await new Promise<void>((resolve) => {
      other.listen(0, "127.0.0.1", resolve)
    })
    const address = other.address()
    const port = typeof address === "object" ? address?.port : undefined
    const strange = await kith(["show", "a", "b", "--on", `127.0.0.1:${port}`])
    await new Promise((resolve) => {
      other.close(resolve)
    })
    expect(strange.code).toBe(1)
    expect(complaint(strange)).toBe(
      `kith: what answers at http://127.0.0.1:${port} is not a Kith server, or one of another version\n`,
    )
    const secure = await kith(["log", "--on", `https://${new URL(url).host}`])
    expect(complaint(secure)).toBe(
      `kith: https://${new URL(url).host} does not speak https; write http:// instead\n`,
    )
    const nowhere = await kith(["log", "--on", `127.0.0.1:${port}`])
    expect(nowhere.code).toBe(1)
    expect(complaint(nowhere)).toBe(
      `kith: no Kith server at http://127.0.0.1:${port}; start one with: kith serve\n`,
    )
  })

  test.each([
    "log",
    "show happycamper TwitterDev --json",
    "followers TwitterDev",
    "--help",
    "--version",
  ])("say so when their output cannot be written: %s", async (line) => {
    // A device on which there never is any room.
    const words = ["-c", 'exec "$0" "$@" >/dev/full', process.execPath, main, ...line.split(" ")]
    const ended = await collect(spawn("sh", words, { env: { KITH_URL: url } }))
    const message = "cannot write the output: there is no space left"
    expect([ended.code, complaint(ended)]).toEqual([
      1,
      line.includes("--json")
        ? `${JSON.stringify({ tag: "FileError", message, retryable: false })}\n`
        : `kith: ${message}\n`,
    ])
  })

  test("end quietly when whoever reads them has seen enough", async () => {
    await execute("Follow", happycamper, twitterDev)
    const watching = follow(["log", "--watch", "--json"], { KITH_URL: url })
    await watching.shown(/"position":1,/)
    watching.child.stdout?.destroy()
    await execute("Unfollow", happycamper, twitterDev)
    const { code, err } = await watching.ended
    expect([code, err]).toEqual([0, ""])
  })
})
