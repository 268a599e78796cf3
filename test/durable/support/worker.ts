/**
 * A process of the operating system that carries out a task, which it is given in its environment. It
 * speaks in lines.
 */
import { Relationships } from "@kith/core"
import { Effect, Layer, ManagedRuntime, Schema } from "effect"
import { writeSync } from "node:fs"
import { flushCompileCache } from "node:module"
import { type Line, Task, taskVariable } from "./lines.ts"
import { follow, perform, rebuild } from "./perform.ts"
import { layerOf } from "./places.ts"
import { layerDirectory } from "./world.ts"

const task = Schema.decodeUnknownSync(Schema.fromJsonString(Task))(process.env[taskVariable])

// Written before anything else goes on: what was said is on its way, however this process ends.
const say = (line: Line): void => {
  const text = Buffer.from(`${JSON.stringify(line)}\n`)
  for (let written = 0; written < text.length;) written += writeSync(1, text, written)
}

// Whoever began this process is gone when its input ends.
process.stdin.once("end", () => process.exit(1))
const told = new Promise((resolve) => {
  process.stdin.once("data", resolve)
})

const store = await layerOf(task.place)
say({ _tag: "Opening" })
const runtime = ManagedRuntime.make(
  Relationships.layerStore({ maxAttempts: 1000 }).pipe(
    Layer.provideMerge(store),
    Layer.provide(layerDirectory),
  ),
)
await runtime.runPromise(Effect.void)
flushCompileCache()
say({ _tag: "Ready" })
if (task.waits) await told
const roles = { work: perform(task, say), follow: follow(say), rebuild }
await runtime.runPromise<void, unknown>(roles[task.role])
await runtime.dispose()
say({ _tag: "Done" })
process.exit(0)
