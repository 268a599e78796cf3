/** Brings up to date what the documentation shows of the code. Run it as `pnpm run docs`. */
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { embed } from "./embed.ts"
import { rules } from "./rules.ts"

const root = resolve(import.meta.dirname, "..")
const read = (file: string): string => readFileSync(join(root, file), "utf8")

writeFileSync(join(root, "docs/rules.md"), rules())

for (const page of globSync("{*.md,docs/*.md,packages/*/README.md}", { cwd: root })) {
  const text = read(page)
  const fresh = embed(text, read)
  if (fresh === text) continue
  writeFileSync(join(root, page), fresh)
  console.log(`${page} is up to date now`)
}
