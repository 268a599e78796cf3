/**
 * Runs what the documentation shows.
 *
 * - A `ts` block is a file of its own: it is typechecked and run by Node just as it stands. What it
 *   imports from `./examples` is there, as it is for a file at the top of the repository.
 * - An `sh` block that talks to the sandbox, or calls `kith`, is run by bash.
 * - A `console` block is what a person sees: the lines behind `$` are run, and all others are what they
 *   print. A person who signs in allows what is asked for.
 * - `// =>` and `# =>` say what the block prints, in order; `…` stands for anything. Blanks and line
 *   breaks do not count.
 *
 * The comments of a source file are a page too. The blocks of a page run in order against one sandbox of their own, in a folder of their own that has
 * `examples` in it as the repository does. One that names `KITH_POSTGRES_URL` finds an empty database
 * there.
 */
import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { promisify } from "node:util"
import { freshDatabase } from "./postgres.ts"

export const root = resolve(import.meta.dirname, "../..")

/** Where blocks are written; ignored by git, and not in `node_modules`, where Node runs no TypeScript. */
export const cache = join(root, ".cache/docs")

/** What the pages call the sandbox. */
const shown = "http://127.0.0.1:4280"

export interface Block {
  readonly page: string
  readonly line: number
  readonly language: string
  readonly code: string
  readonly expected: string
}

const fence = /^```(\w+)[^\n]*\n(.*?)^```$/gms
const mark = /(?:\/\/|#) => (.*)$/gm
const prompt = /^\$ /

export const read = (page: string): string => readFileSync(join(root, page), "utf8")

/** What is there to read of a page: of a source file, its comments, each line where it is. */
const readable = (page: string): string =>
  page.endsWith(".ts")
    ? read(page)
        .replaceAll(/^(?! \*).*$/gm, "")
        .replaceAll(/^ \* ?/gm, "")
    : read(page)

const expectedOf = (language: string, code: string): string =>
  language === "console"
    ? code.replaceAll(/^\$ .*$/gm, "")
    : Array.from(code.matchAll(mark), ([, line]) => line).join("\n")

export const blocks = (page: string): ReadonlyArray<Block> => {
  const text = readable(page)
  return Array.from(text.matchAll(fence), ({ index, 1: language = "", 2: code = "" }) => ({
    page,
    line: text.slice(0, index).split("\n").length + 1,
    language,
    code,
    expected: expectedOf(language, code),
  }))
}

/** A page without its blocks. */
export const prose = (page: string): string => read(page).replaceAll(fence, "")

export const talksToSandbox = (block: Block): boolean =>
  block.code.includes(shown) || /^kith /m.test(block.code)

const examples = /(?<=from "\.\/)examples\/[^"]+/g

const user = join(import.meta.dirname, "signing-in.ts")

/** A person's commands as a script, in which a person signs in too. */
const scriptOf = (code: string): string => `exec 2>&1
kith() {
  if [ "$1" = login ]; then command kith "$@" 2>&1 | node ${user}; else command kith "$@"; fi
}
${code
  .split("\n")
  .filter((line) => prompt.test(line))
  .map((line) => line.replace(prompt, ""))
  .join("\n")}
`

/** Writes a block down as a file of its own, with the examples that it imports, and says where. */
export const write = (block: Block, sandbox: string = shown): string => {
  const place = (name: string, text: string): string => {
    const file = join(cache, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text.replaceAll(shown, sandbox))
    return file
  }
  for (const [example] of block.code.matchAll(examples)) place(example, read(example))
  const name = block.page.replaceAll(/\W+/g, "-")
  const file = `${name}-${block.line}.${block.language === "ts" ? "ts" : "sh"}`
  return place(file, block.language === "console" ? scriptOf(block.code) : block.code)
}

/** Everything that the compiler has to say about the files in the cache; nothing when all is well. */
export const typecheck = async (files: ReadonlyArray<string>): Promise<string> => {
  const options = {
    composite: false,
    declarationMap: false,
    noEmit: true,
    rootDir: root,
    types: ["node"],
    // A reader may be shown a value that nothing is done with.
    noUnusedLocals: false,
  }
  const types = join(root, "test/support/twit.d.ts")
  const config = {
    extends: "../../tsconfig.base.json",
    compilerOptions: options,
    files: [types, ...files],
  }
  writeFileSync(join(cache, "tsconfig.json"), JSON.stringify(config))
  return (await run(join(root, "node_modules/.bin/tsc"), ["-p", cache])).output
}

export interface Outcome {
  readonly code: number
  readonly output: string
}

/** Where the blocks of a page run. */
export interface Place {
  readonly folder: string
  readonly sandbox: string
  readonly environment: Readonly<Record<string, string>>
}

/** An empty folder for the blocks of a page, with what they need. */
export const makePlace = async (page: string, sandbox: string): Promise<Place> => {
  const folder = join(cache, "places", page.replaceAll(/\W+/g, "-"))
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(root, "examples"), join(folder, "examples"))
  const environment = read(page).includes("KITH_POSTGRES_URL")
    ? { KITH_POSTGRES_URL: await freshDatabase() }
    : {}
  return { folder, sandbox, environment }
}

const run = async (
  command: string,
  args: ReadonlyArray<string>,
  { environment, folder, sandbox }: Place = { folder: root, sandbox: shown, environment: {} },
): Promise<Outcome> => {
  // curl reads this as it would the settings of a person.
  writeFileSync(join(cache, ".curlrc"), "silent\n")
  const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`
  const own = { CURL_HOME: cache, KITH_URL: sandbox, NO_COLOR: "1", PATH: path }
  const env = { ...process.env, ...own, ...environment }
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env })
    return { code: 0, output: stdout }
  } catch (error) {
    const { code, stdout, stderr } = Object(error)
    return { code: Number(code), output: `${stdout}${stderr}` }
  }
}

/** Runs a block that was written down; its output names the sandbox as the page does. */
export const execute = async (file: string, place: Place): Promise<Outcome> => {
  const { code, output } = file.endsWith(".sh")
    ? await run("bash", ["-euo", "pipefail", file], place)
    : await run(process.execPath, [file], place)
  return { code, output: output.replaceAll(place.sandbox, shown) }
}

const bare = (text: string): string => text.replaceAll(/\s+/g, "")

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** A pattern of what a block prints. */
export const pattern = (block: Block): RegExp =>
  new RegExp(`^${bare(block.expected).split("…").map(escape).join(".*?")}$`, "s")

export { bare }
