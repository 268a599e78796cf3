/** A process with a sandbox on an SQLite file: `FILE [LIMITS]`, with the limits to begin the world with. */
import { Sandbox } from "@kith/sandbox"
import { sqlite, world } from "./persistence-support.ts"

const [, , file = "", limits] = process.argv

const sandbox = await Sandbox.start({
  storage: sqlite(file),
  ...(limits === undefined ? {} : { world: { ...world, limits: limits === "x" ? "x" : "none" } }),
})
process.stdout.write(`${sandbox.url}\n`)
