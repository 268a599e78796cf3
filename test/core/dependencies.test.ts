/** In which direction the modules of core depend on each other. */
import { globSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { expect, test } from "vitest"

const source = join(import.meta.dirname, "../../packages/core/src")

/** What a module imports or gives on of others here, types included. */
const importPattern = /^(?:import|export)\b[\w\s{},*$]*\bfrom "(\.[^"]+)"/gm

const modules: ReadonlyMap<string, ReadonlyArray<string>> = new Map(
  globSync("**/*.ts", { cwd: source }).map((file) => [
    file,
    Array.from(readFileSync(join(source, file), "utf8").matchAll(importPattern), ([, to = ""]) =>
      relative(source, join(source, dirname(file), to)),
    ),
  ]),
)

/** The ways from a module that come back to where they have been, each as the modules on it. */
const circlesFrom = (
  module: string,
  way: ReadonlyArray<string>,
  done: Set<string>,
): ReadonlyArray<string> => {
  const begin = way.indexOf(module)
  if (begin >= 0) return [[...way.slice(begin), module].join(" → ")]
  if (done.has(module)) return []
  const circles = (modules.get(module) ?? []).flatMap((next) =>
    circlesFrom(next, [...way, module], done),
  )
  done.add(module)
  return circles
}

test("modules of core import only what is there, and are found at all", () => {
  expect(modules.get("internal/sending.ts")).toContain("Command.ts")
  const missing = [...modules.values()].flat().filter((it) => !modules.has(it))
  expect(missing).toEqual([])
})

test("no module of core depends on itself by way of others, by its types neither", () => {
  const done = new Set<string>()
  expect([...modules.keys()].flatMap((module) => circlesFrom(module, [], done))).toEqual([])
})
