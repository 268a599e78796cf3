/** The documentation, executed: every example runs, every link and every name leads somewhere. */
import { Sandbox } from "@kith/sandbox"
import { existsSync, globSync } from "node:fs"
import { dirname, join, normalize } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { embed } from "../scripts/embed.ts"
import * as Docs from "./support/docs.ts"

const pages = globSync("{*.md,docs/*.md,packages/*/README.md}", { cwd: Docs.root }).toSorted()
const sources = globSync("packages/*/src/**/*.ts", { cwd: Docs.root }).toSorted()

/** Whatever may have examples. */
const shown = [...pages, ...sources]

const isTypeScript = (block: Docs.Block): boolean => block.language === "ts"

/** Suites declare themselves to vitest: they are run as a part of this file. */
const isSuite = (block: Docs.Block): boolean =>
  isTypeScript(block) && /^\w+Suite\(/m.test(block.code)

const isRunnable = (block: Docs.Block): boolean =>
  (isTypeScript(block) && !isSuite(block)) ||
  block.language === "console" ||
  (block.language === "sh" && Docs.talksToSandbox(block))

test("examples typecheck as they stand", async () => {
  const files = shown.flatMap(Docs.blocks).filter(isTypeScript)
  expect(files.length).toBeGreaterThan(5)
  expect(await Docs.typecheck(files.map((block) => Docs.write(block)))).toBe("")
})

describe.for(shown.filter((page) => Docs.blocks(page).some(isRunnable)))("%s", (page) => {
  let sandbox: Sandbox.StartedSandbox
  let place: Docs.Place
  beforeAll(async () => {
    sandbox = await Sandbox.start()
    place = await Docs.makePlace(page, sandbox.url)
  })
  afterAll(() => sandbox.close())

  for (const block of Docs.blocks(page).filter(isRunnable)) {
    test(`the ${block.language} example at line ${block.line} does what it says`, async () => {
      const { code, output } = await Docs.execute(Docs.write(block, sandbox.url), place)
      expect(code, output).toBe(0)
      // A command of the shell may fail and say so in what it prints alone.
      if (!isTypeScript(block)) expect(block.expected).not.toBe("")
      if (block.expected !== "") expect(Docs.bare(output), output).toMatch(Docs.pattern(block))
    })
  }
})

describe.for(shown.flatMap(Docs.blocks).filter(isSuite))(
  "$page, the suite at line $line",
  async (block) => {
    await import(Docs.write(block))
  },
)

test("what kith is told stands in blocks that are run", () => {
  const told = shown.flatMap(Docs.blocks).filter((block) => /^(?:\$ )?kith /m.test(block.code))
  expect(told.filter((block) => !isRunnable(block))).toEqual([])
  expect(sources.filter((file) => Docs.read(file).includes("@example"))).toEqual([])
})

test("what a page shows of a file is what is in the file", () => {
  for (const page of pages) {
    const text = Docs.read(page)
    expect(text, `${page}: bring it up to date with pnpm run docs`).toBe(embed(text, Docs.read))
  }
})

const headings = (page: string): ReadonlyArray<string> =>
  Array.from(Docs.prose(page).matchAll(/^#+ (.+)$/gm), ([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  )

test.for(pages)("the links of %s lead somewhere", (page) => {
  for (const [, target = ""] of Docs.prose(page).matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue
    const [path = "", anchor] = target.split("#")
    const file = path === "" ? page : normalize(join(dirname(page), path))
    expect(existsSync(join(Docs.root, file)), target).toBe(true)
    if (anchor !== undefined) expect(headings(file), target).toContain(anchor)
  }
})

test.for(pages.filter((page) => page.startsWith("packages/")))(
  "%s, which is packed without the other pages, leads to none of them",
  (page) => {
    const targets = Array.from(Docs.prose(page).matchAll(/\]\(([^)\s]+)\)/g), ([, to = ""]) => to)
    expect(targets.filter((target) => !/^(?:https:|#)/.test(target))).toEqual([])
  },
)

test.for(pages)("the files that %s names exist", (page) => {
  const names = Docs.read(page).matchAll(
    /`((?:packages|test|docs|bench|scripts|\.ci)\/[\w./@-]*)`/g,
  )
  for (const [, name = ""] of names) expect(existsSync(join(Docs.root, name)), name).toBe(true)
})
