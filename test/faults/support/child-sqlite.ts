/**
 * A process of the operating system that carries one command out on X, with its store and its journal in
 * a file, and kills itself at a moment: `child-sqlite.ts ORIGIN COMMAND-ID FILE MOMENT`.
 */
import { Command, Relationships } from "@kith/core"
import { Clock, Effect, Fiber, Schema } from "effect"
import { start } from "./process.ts"
import * as Sqlite from "./sqlite.ts"
import { ada, bea } from "./world.ts"

const [, , origin = "", commandId = "", file = "", moment] = process.argv

const decodeMoment = Schema.decodeUnknownSync(
  Schema.Literals(["never", "after intent", "after send", "after commit", "after clear"]),
)

const clock = await Effect.runPromise(Clock.Clock)
await using kept = await Sqlite.open(file)
const actor = await start(
  { ...kept, origin, clock, onBusy: () => undefined },
  { way: "v2", lag: 0, freshFor: 0, resolveAtStart: false },
)
const end = decodeMoment(moment)
if (end !== "never") actor.dieAt(end)
void actor.died.then(() => process.kill(process.pid, "SIGKILL"))
const fiber = actor.fork(
  Effect.flatMap(Relationships.Relationships, (service) =>
    service.execute(Command.follow(ada.id, bea.id), { commandId }),
  ),
)
await Effect.runPromise(Fiber.join(fiber))
