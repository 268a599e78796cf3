/** The command `kith` as people run it: its help, its version, and what it says of a wrong line. */
import { describe, expect, test } from "vitest"
import { complaint, kith, runner } from "./support/cli.ts"

describe("help", () => {
  const names = [
    "serve follow unfollow update approve deny show following followers log",
    "login logout reconcile quota backup check rebuild export import erase forget",
  ].flatMap((line) => line.split(" "))

  test("names every command, and exits with 0", async () => {
    const { code, out, err } = await kith(["--help"])
    expect([code, err]).toEqual([0, ""])
    for (const name of names) expect(out).toMatch(new RegExp(`^  ${name}\\s+\\S`, "m"))
  })

  test("shows flags and examples of each command, within the width of the terminal", async () => {
    const { end, run } = runner()
    for (const [columns, longest] of [
      ["80", 80],
      ["200", 100],
    ] as const) {
      for (const name of names) {
        const { code, out } = await run([name, "--help"], { COLUMNS: columns })
        expect(code).toBe(0)
        expect(out).toContain("EXAMPLES")
        expect(out).toContain(`kith ${name}`)
        const lines = out.split("\n")
        expect(lines.filter((line) => line.length > longest)).toEqual([])
        expect(lines.filter((line) => /\s$/.test(line))).toEqual([])
      }
    }
    end()
  })

  test("gives the version", async () => {
    expect(await kith(["--version"])).toEqual({ code: 0, out: "kith v0.1.0\n", err: "" })
  })

  test.each([
    [["folow"], "kith: Unknown subcommand"],
    [["follow", "a"], "kith: Missing required argument: target"],
    [["follow", "a", "b", "--retweet"], "kith: Unrecognized flag: --retweet"],
    [["followers", "a", "--limit", "0"], "kith: Invalid value for flag --limit"],
    [["log", "--from", "-1"], "kith: Invalid value for flag --from"],
    [
      ["log", "--from", "x"],
      'kith: Invalid value for flag --from: "x". Expected: a whole number\n',
    ],
    [["follow", "a", "b", "--command-id", "a b"], "kith: Invalid value for flag --command-id"],
    [["update", "a", "b"], "kith: nothing to update"],
    [["serve", "--host", ""], "Expected: an address"],
    [["serve", "--world", ""], "Expected: the name of a file"],
    [["backup", ""], "Expected: the name of a file"],
    [["export", ""], "Expected: the name of a file"],
    [["import", ""], "Expected: the name of a file"],
    [["serve", "--port", "70000"], "kith: Invalid value for flag --port"],
  ])("exits with 2 for %j", async (args, message) => {
    const ended = await kith(args)
    expect(ended.code).toBe(2)
    expect(complaint(ended)).toContain(message)
  })
})
