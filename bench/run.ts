/**
 * Runs the benchmarks: all of them, or those named. `--json` prints the figures as JSON.
 *
 *     pnpm bench [NAME…] [--json]
 */
import { execFileSync } from "node:child_process"
import { existsSync, readdirSync } from "node:fs"
import { parseArgs } from "node:util"
import { type Benchmark, type Figure, isMet } from "./harness.ts"

const folder = import.meta.dirname
const peers = `${folder}/peers`

const names = (): ReadonlyArray<string> =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "run.ts" && file !== "harness.ts")
    .map((file) => file.slice(0, -".ts".length))
    .toSorted()

const load = async (name: string): Promise<Benchmark> => {
  const module: { readonly default: Benchmark } = await import(`./${name}.ts`)
  return module.default
}

/** What one of the peers compiles, or fetches where its makers have compiled it already. */
const compiled = `${peers}/node_modules/sqlite3/build/Release/node_sqlite3.node`

const installPeers = (): void => {
  if (existsSync(compiled)) return
  console.error("installing what the benchmarks compare with, in bench/peers")
  const npm = (...args: ReadonlyArray<string>) =>
    execFileSync("npm", [...args, "--silent"], {
      cwd: peers,
      stdio: ["ignore", "ignore", "inherit"],
    })
  npm("ci")
  // The only install script that is let run.
  npm("rebuild", "sqlite3", "--ignore-scripts=false")
}

const goalOf = ({ goal }: Figure): string =>
  goal === undefined ? "" : "atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`

const table = (figures: ReadonlyArray<Figure>): string => {
  const rows = [
    ["", "ours", "theirs", "ratio", "goal", ""],
    ...figures.map((figure) => [
      figure.name,
      figure.ours,
      figure.theirs,
      figure.ratio.toPrecision(3),
      goalOf(figure),
      figure.goal === undefined ? "" : isMet(figure) ? "met" : "NOT MET",
    ]),
  ]
  const widths = rows[0]?.map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  )
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths?.[column] ?? 0) : cell.padStart(widths?.[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n")
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
  },
})

const known = names()
const unknown = positionals.find((name) => !known.includes(name))
if (unknown !== undefined) {
  console.error(`there is no benchmark ${unknown}; there are ${known.join(", ")}`)
  process.exit(2)
}
const all: Array<Figure & { readonly benchmark: string; readonly met: boolean | null }> = []
// One after the other: they would disturb each other otherwise.
for (const name of positionals.length > 0 ? positionals : known) {
  const benchmark = await load(name)
  if (benchmark.peers === true) installPeers()
  const figures = await benchmark.run()
  if (!values.json) console.log(`\n${benchmark.title} (${name})\n\n${table(figures)}`)
  for (const figure of figures) {
    const met = figure.goal === undefined ? null : isMet(figure)
    all.push({ benchmark: name, ...figure, met })
  }
}
if (values.json) console.log(JSON.stringify(all, undefined, 2))
