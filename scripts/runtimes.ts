/**
 * Uses the installed packages on the runtimes that backends run on: the programs in `anywhere` are run
 * under each, and what they print is held against what has to come out.
 *
 * Deno gets the permissions that are named here and no others. workerd gets the bundles, and neither
 * Node's modules nor its globals.
 */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { check, run } from "./checking.ts"
import { bundleOf } from "./sizes.ts"

const related = [
  "Pending",
  "Following",
  ["1"],
  ["1 FollowRequested", "2 FollowRequestApproved"],
] as const

/** What each program does, and what has to come out. */
const programs = {
  memory: {
    does: "follows, approves, lists and reads changes in memory",
    outcome: related,
  },
  x: {
    does: "sends signed commands to a sandbox",
    outcome: [["Following", ["confirmed"]], ["None", ["confirmed"]], "OutcomeUnknown"],
  },
  connectX: {
    does: "does so without Effect, and begins a sign-in",
    outcome: [["Following", "None"], true, 5],
  },
  sqlite: {
    does: "does the same in a file, and opens it again",
    outcome: [...related, 1],
  },
} as const

type Program = keyof typeof programs

const names: ReadonlyArray<Program> = ["memory", "x", "connectX", "sqlite"]

const actsOnX = (program: Program): boolean => program === "x" || program === "connectX"

/** The files of which the programs consist, to be put into the folder in which they are run. */
export const sources: ReadonlyArray<string> = [...names, "relate"].map((name) => `${name}.ts`)

interface Runtime {
  readonly name: string
  readonly command: string
  readonly programs: ReadonlyArray<Program>
  readonly args: (program: Program, argument: string) => ReadonlyArray<string>
}

const permissions: Readonly<Record<Program, string>> = {
  memory: "--deny-net",
  x: "--allow-net=127.0.0.1",
  connectX: "--allow-net=127.0.0.1",
  // With fewer, its node:sqlite takes the URL of a file for a relative path.
  sqlite: "--allow-all",
}

const main = (program: Program): string => `${program}.main.ts`

const config = (program: Program): string => `${program}.capnp`

const runtimes = (bin: string): ReadonlyArray<Runtime> => [
  {
    name: "Node",
    command: "node",
    programs: names,
    args: (program, argument) => [main(program), argument],
  },
  {
    name: "Bun",
    command: join(bin, "bun"),
    programs: names,
    args: (program, argument) => ["run", "--no-install", main(program), argument],
  },
  {
    name: "Deno",
    command: join(bin, "deno"),
    programs: names,
    args: (program, argument) => [
      "run",
      "--no-prompt",
      "--cached-only",
      permissions[program],
      main(program),
      argument,
    ],
  },
  {
    name: "workerd",
    command: join(bin, "workerd"),
    // It has no files. The argument is in its configuration.
    programs: ["memory", "x", "connectX"],
    args: (program) => ["test", config(program)],
  },
]

const mainText = (program: Program): string => `import run from "./${program}.ts"
console.log(JSON.stringify(await run(process.argv[2] ?? "")))
`

const workerText = `import run from "./program.js"
export default {
  async test(_, { argument }) {
    console.log(JSON.stringify(await run(argument)))
  },
}
`

/** From some later date on, a worker would get the modules and the globals of Node. */
const configText = (program: Program, argument: string): string => `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [
        (name = "worker.js", esModule = embed "worker.js"),
        (name = "program.js", esModule = embed "${bundleOf(program)}"),
      ],
      compatibilityDate = "2025-01-01",
      bindings = [(name = "argument", text = "${argument}")],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
);
`

/** Starts the installed sandbox, and gives its address and what ends it. */
const startSandbox = async (bin: string) => {
  const sandbox = spawn(join(bin, "kith"), ["serve", "--store", "memory", "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const lines = createInterface(sandbox.stdout)
  const [line] = await Promise.race([once(lines, "line"), once(lines, "close")])
  const [origin] = /http:\S+/.exec(String(line)) ?? []
  if (origin === undefined) throw new Error("it ended, or did not say where it is")
  return { origin, stop: () => sandbox.kill() }
}

const versionOf = (consumer: string, { command, name }: Runtime): string => {
  try {
    return run(consumer, command, "--version").trim().split("\n")[0] ?? ""
  } catch (error) {
    const platform = `${process.platform} on ${process.arch}`
    throw new Error(`npm has no ${name} that runs here, on ${platform}: ${String(error)}`, {
      cause: error,
    })
  }
}

/** Runs every program on every runtime. A runtime that is not there is a failure, and says so. */
export const checkRuntimes = async (consumer: string): Promise<void> => {
  const bin = join(consumer, "node_modules/.bin")
  // Deno is to leave nothing in the user's folders, and to ask for nothing on the network.
  process.env["DENO_DIR"] = join(consumer, ".deno")
  process.env["DENO_NO_UPDATE_CHECK"] = "1"
  let origin = ""
  let stop = (): unknown => undefined
  const hasSandbox = await check("kith serve starts a sandbox", async () => {
    ;({ origin, stop } = await startSandbox(bin))
  })
  try {
    writeFileSync(join(consumer, "worker.js"), workerText)
    for (const program of names) {
      writeFileSync(join(consumer, main(program)), mainText(program))
      writeFileSync(join(consumer, config(program)), configText(program, origin))
    }
    for (const runtime of runtimes(bin)) {
      if (!(await check(`${runtime.name} starts`, () => versionOf(consumer, runtime)))) continue
      for (const program of runtime.programs) {
        if (actsOnX(program) && !hasSandbox) continue
        const { does, outcome } = programs[program]
        await check(`${runtime.name} ${does}`, () => {
          const argument = actsOnX(program) ? origin : join(consumer, `${runtime.name}.db`)
          const printed = run(consumer, runtime.command, ...runtime.args(program, argument)).trim()
          const expected = JSON.stringify(outcome)
          if (printed !== expected) throw new Error(`expected ${expected}\nprinted  ${printed}`)
        })
      }
    }
  } finally {
    stop()
  }
}
