/**
 * Runs what the documentation shows.
 *
 * - A `ts` block is a file of its own: it is typechecked and run by Node just as it stands. What it
 *   imports from `./examples` is there, as it is for a file at the top of the repository.
 * - An `sh` block that talks to the sandbox is run by bash, from the top of the repository.
 * - `// =>` and `# =>` say what the block prints, in order; `…` stands for anything. Blanks and line
 *   breaks do not count.
 *
 * The blocks of a page run in order against one sandbox of their own.
 */
import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { promisify } from "node:util"

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

export const read = (page: string): string => readFileSync(join(root, page), "utf8")

export const blocks = (page: string): ReadonlyArray<Block> => {
  const text = read(page)
  return Array.from(text.matchAll(fence), ({ index, 1: language = "", 2: code = "" }) => ({
    page,
    line: text.slice(0, index).split("\n").length + 1,
    language,
    code,
    expected: Array.from(code.matchAll(mark), ([, line]) => line).join("\n"),
  }))
}

/** A page without its blocks. */
export const prose = (page: string): string => read(page).replaceAll(fence, "")

export const talksToSandbox = (block: Block): boolean =>
  block.code.includes(shown) || /^kith /m.test(block.code)

const examples = /(?<=from "\.\/)examples\/[^"]+/g

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
  const extension = block.language === "sh" ? "sh" : "ts"
  return place(`${name}-${block.line}.${extension}`, block.code)
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

const run = async (
  command: string,
  args: ReadonlyArray<string>,
  sandbox = shown,
): Promise<Outcome> => {
  // curl reads this as it would the settings of a person.
  writeFileSync(join(cache, ".curlrc"), "silent\n")
  const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"]}`
  const env = { ...process.env, CURL_HOME: cache, KITH_URL: sandbox, NO_COLOR: "1", PATH: path }
  try {
    const { stdout } = await promisify(execFile)(command, args, { cwd: root, env })
    return { code: 0, output: stdout }
  } catch (error) {
    const { code, stdout, stderr } = Object(error)
    return { code: Number(code), output: `${stdout}${stderr}` }
  }
}

/** Runs a block that was written down; its output names the sandbox as the page does. */
export const execute = async (file: string, sandbox: string = shown): Promise<Outcome> => {
  const { code, output } = file.endsWith(".sh")
    ? await run("bash", ["-euo", "pipefail", file], sandbox)
    : await run(process.execPath, [file], sandbox)
  return { code, output: output.replaceAll(sandbox, shown) }
}

const bare = (text: string): string => text.replaceAll(/\s+/g, "")

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")

/** A pattern of what a block prints. */
export const pattern = (block: Block): RegExp =>
  new RegExp(`^${bare(block.expected).split("…").map(escape).join(".*?")}$`, "s")

export { bare }
