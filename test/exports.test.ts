/** What the packages give out, and that all of it is documented where it is declared. */
import { globSync } from "node:fs"
import { describe, expect, test } from "vitest"
import { type Export, exportsOf, read } from "./support/sources.ts"

/** What a package's `exports` lead to; the command's lead nowhere. */
const entriesOf = (manifest: string): ReadonlyArray<string> =>
  Object.values<unknown>(JSON.parse(read(manifest)).exports)
    .map(String)
    .filter((target) => target.endsWith(".ts"))
    .map((target) => manifest.replace("package.json", target.slice("./".length)))

const entries = globSync("packages/*/package.json").toSorted().flatMap(entriesOf)

const text = ({ comment }: Export): string => comment.replace(/(?:^|\s)@[a-z][^]*$/, "").trim()

const tags = ({ comment }: Export, tag: string): number =>
  Array.from(comment.matchAll(new RegExp(`(?:^|\\s)@${tag} \\S`, "g"))).length

/** A value and its type are one name. */
const nameOf = ({ file, name }: Export): string => `${file} ${name}`

const place = ({ file, line, name }: Export): string => `${file}:${line} ${name}`

test("the packages have entries", () => {
  expect(entries).toHaveLength(11)
})

describe.for(entries)("what %s gives out", (entry) => {
  const all = exportsOf(entry)

  test("has a doc comment with words", () => {
    const named = new Set(all.filter((each) => text(each) !== "").map(nameOf))
    expect(all.filter((each) => !named.has(nameOf(each))).map(place)).toEqual([])
  })

  test("has one category, and says since when it is there", () => {
    const lacking = all.filter((each) => tags(each, "category") !== 1 || tags(each, "since") !== 1)
    expect(lacking.map(place)).toEqual([])
  })
})
