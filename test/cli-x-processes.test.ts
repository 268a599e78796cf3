/**
 * `kith … --on x` where it takes time or more than one process: outcomes that nobody knows, windows that
 * are spent, grants that several share. Each test has an X of its own, so that they wait together.
 */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { complaint, runner } from "./support/cli.ts"
import { crowd, idOf, type Scene, scene, windowOf } from "./support/cli-x.ts"
import { happycamper } from "./support/x-auth.ts"

describe.concurrent("an outcome that nobody knows", () => {
  const lose = (here: Scene, drop: "before" | "after") =>
    here.control("faults", {
      match: { method: "POST", path: "/2/users/" },
      times: 1,
      effect: { drop },
    })

  test.each([
    ["after", "following; the Follow of ", "took effect"],
    ["before", "none; the Follow of ", "did not take effect"],
  ] as const)("is said as such, and found out: lost %s", async (drop, state, outcome) => {
    await using here = await scene()
    await lose(here, drop)
    const ended = await here.onX("follow happycamper TwitterDev")
    expect(ended.code).toBe(3)
    const [line = "", ...more] = complaint(ended).trimEnd().split("\n")
    expect(more).toEqual([])
    expect(line).toContain("happycamper → TwitterDev: nobody knows whether this took effect (")
    const command = /find out with: kith (.*)$/.exec(line)?.[1] ?? ""
    expect(command).toMatch(/^reconcile happycamper TwitterDev/)
    const show = await here.onX("show happycamper TwitterDev")
    expect(show.err).toContain("nobody knows yet what became of the Follow")
    const found = await here.run(command.split(" "))
    expect([found.code, found.err]).toEqual([0, ""])
    expect(found.out).toContain(`happycamper → TwitterDev: ${state}`)
    expect(found.out).toContain(outcome)
    const again = await here.run([...command.split(" "), "--json"])
    expect(JSON.parse(again.out).commands).toEqual([])
  })

  test("is found out with all others of a user", async () => {
    await using here = await scene()
    await here.outOf("follow happycamper riverotter")
    await lose(here, "after")
    expect((await here.onX("follow happycamper TwitterDev")).code).toBe(3)
    const { code, err, out } = await here.run(["reconcile", "happycamper", "--json"])
    expect([code, err]).toEqual([0, ""])
    const [open, all] = out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line))
    expect(open).toMatchObject({
      target: { id: idOf("TwitterDev") },
      state: "following",
      commands: [{ command: "Follow", outcome: "done" }],
    })
    expect(all).toEqual({
      user: { id: happycamper, username: "happycamper" },
      following: 2,
      requestsSent: 0,
      missing: 0,
    })
  })
})

describe.concurrent("a spent window", () => {
  test("stops a list, which says how to go on, and goes on without loss or repeat", async () => {
    await using here = await scene({ ...crowd(5), limits: { getUsersFollowers: windowOf(2, 3) } })
    const stopped = await here.onX("followers TwitterDev --all --limit 2 --json")
    expect(stopped.code).toBe(4)
    const lines = stopped.out.trimEnd().split("\n")
    const { next } = JSON.parse(lines.pop() ?? "")
    const { cursor, message } = JSON.parse(stopped.err)
    expect(cursor).toBe(next)
    const command = /go on with: kith (.*)$/.exec(message)?.[1] ?? ""
    expect(command).toContain(`--cursor ${next}`)
    const rest = await here.run([...command.split(" "), "--json", "--wait", "60"])
    expect(rest.code).toBe(0)
    const ids = [...lines, ...rest.out.trimEnd().split("\n")].map(
      (line) => JSON.parse(line).user.id,
    )
    expect(ids).toEqual(["5004", "5003", "5002", "5001", "5000"])
  })

  test("is waited for by a list, which can be interrupted and says how to go on", async () => {
    await using here = await scene({ ...crowd(5), limits: { getUsersFollowers: windowOf(1, 900) } })
    const walk = here.follow("followers TwitterDev --on x --all --limit 2 --json --wait 1000")
    await walk.shown(/waiting until/)
    walk.child.kill("SIGINT")
    const { code, err, out } = await walk.ended
    expect(code).toBe(130)
    expect(out.match(/50\d\d/g)).toEqual(["5004", "5003"])
    expect(err).toMatch(/kith: stopped; go on with: kith followers TwitterDev .*--cursor \w+/)
  })

  test("is waited for by a command when that was asked", async () => {
    // The second has to come while the window is open, so no process starts in between.
    const { end, run } = runner()
    await using here = await scene({ limits: { followUser: windowOf(1, 3) } }, run)
    await here.outOf(`follow ${happycamper} 2244994945`)
    const { code, err, out } = await here.onX(`follow ${happycamper} 1203944556 --wait 30`)
    expect([code, out]).toEqual([0, `${happycamper} → 1203944556: following (confirmed)\n`])
    expect(err).toMatch(/^waiting until \d\d:\d\d for a spent window\n$/)
    end()
  })

  test("is shared by processes that act at the same time", async () => {
    await using here = await scene({ ...crowd(6), limits: { followUser: windowOf(3, 900) } })
    // The first learns how large the window is.
    await here.outOf(`follow ${happycamper} 2244994945`)
    const ended = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((index) => here.onX(`follow ${happycamper} ${5000 + index}`)),
    )
    expect(ended.filter(({ code }) => code === 0)).toHaveLength(2)
    for (const { code, err } of ended.filter((it) => it.code !== 0)) {
      expect([code, err]).toEqual([4, expect.stringContaining("nothing was sent")])
    }
  })
})

describe.concurrent("a grant", () => {
  const granted = async ({ home, sandbox }: Scene): Promise<Record<string, unknown>> => {
    const file = `profile.127.0.0.1_${sandbox.port}.journal.json`
    const { entries } = JSON.parse(await readFile(join(home, "kith", file), "utf8"))
    const entry = entries.find(([key]: [string]) => key.startsWith("grant/"))
    return JSON.parse(entry[2])
  }

  test("that has expired is refreshed once, by one of many processes", async () => {
    await using here = await scene()
    expect((await here.signIn("happycamper")).code).toBe(0)
    const before = await granted(here)
    await here.control("clock", { advanceSeconds: 7_201 })
    const lines = await Promise.all(
      ["TwitterDev", "riverotter", "quietbirch"].map((target) =>
        here.outOf(`follow happycamper ${target}`, here.byGrant),
      ),
    )
    expect(lines.map((line) => line.split(": ")[1])).toEqual([
      "following (confirmed)\n",
      "following (confirmed)\n",
      "pending (confirmed)\n",
    ])
    const after = await granted(here)
    expect(after["accessToken"]).not.toBe(before["accessToken"])
    expect(after["refreshToken"]).not.toBe(before["refreshToken"])
    // A refresh token that is used twice ends its grant: this one still is good.
    expect(await here.outOf("unfollow happycamper riverotter", here.byGrant)).toContain("none")
  })
})
