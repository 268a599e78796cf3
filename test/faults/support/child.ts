/**
 * A process of the operating system that carries one command out on X, with the store and the journal of
 * its parent: `child.ts ORIGIN v1|v2 COMMAND-ID`.
 */
import { Command, Relationships } from "@kith/core"
import { Clock, Effect, Fiber } from "effect"
import { borrow } from "./lending.ts"
import { start } from "./process.ts"
import { ada, bea } from "./world.ts"

const [, , origin = "", way = "", commandId = ""] = process.argv

const lent = borrow(
  (question) => process.send?.(question),
  (listener) => process.on("message", listener),
)
const clock = await Effect.runPromise(Clock.Clock)
const actor = await start(
  { ...lent, origin, clock, onBusy: () => undefined },
  { way: way === "v1" ? "v1" : "v2", lag: 0, freshFor: 0, resolveAtStart: false },
)
const fiber = actor.fork(
  Effect.flatMap(Relationships.Relationships, (service) =>
    service.execute(Command.follow(ada.id, bea.id), { commandId }),
  ),
)
await Effect.runPromise(Fiber.join(fiber))
process.disconnect()
