/**
 * The routes that deal with the sandbox as a whole: the world, the clock, lag and faults.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import { json } from "../http/Message.ts"
import type { Route } from "../http/Router.ts"
import { exportWorld } from "../world/Export.ts"
import type { World } from "../world/World.ts"
import * as WorldFile from "../world/WorldFile.ts"
import type { ControlPlane } from "./ControlPlane.ts"
import { endpoints } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as Handling from "./Handling.ts"
import * as Schemas from "./Schemas.ts"

const summary = (world: World) => ({
  apps: world.apps.length,
  users: world.users.length,
  tokens: world.tokens.length,
  relationships: world.relationships.length,
  blocks: world.blocks.length,
})

/** The last moment that is written with a year of four digits. */
const endOfTime = Date.UTC(9999, 11, 31)

const decodeAdvance = Handling.body(Schemas.ClockAdvance)
const decodeConsistency = Handling.body(Schemas.Consistency)
const decodeFaults = Handling.body(Schemas.NewFaults)

/** @category constructors @since 0.1.0 */
export const routes = (plane: ControlPlane): ReadonlyArray<Route> => [
  Handling.route(endpoints.health, () => Effect.succeed(Handling.ok({ status: "ok" }))),

  Handling.route(endpoints.exportWorld, (world) => Effect.map(exportWorld(world), Handling.ok)),

  Handling.route(endpoints.replaceWorld, (_, { request }) =>
    Effect.gen(function* () {
      const world = yield* Handling.accept(WorldFile.parse(request.body), "invalid-world")
      yield* plane.replace(world)
      return Handling.ok(summary(world))
    }),
  ),

  Handling.route(endpoints.reset, () =>
    Effect.map(plane.reset, () => Handling.ok(summary(plane.world().origin))),
  ),

  Handling.route(endpoints.advanceClock, ({ clock }, call) =>
    Effect.gen(function* () {
      const { advanceSeconds } = yield* decodeAdvance(call)
      if (clock.now() + advanceSeconds * 1000 > endOfTime) {
        return Errors.refuse("invalid-request", "the clock ends with the year 9999")
      }
      clock.advance(advanceSeconds)
      return Handling.ok({ now: new Date(clock.now()).toISOString() })
    }),
  ),

  Handling.route(endpoints.setConsistency, (_, call) =>
    Effect.gen(function* () {
      const { lagSeconds } = yield* decodeConsistency(call)
      yield* plane.setLag(lagSeconds)
      return Handling.ok({ lagSeconds })
    }),
  ),

  Handling.route(endpoints.getFaults, () =>
    Effect.sync(() => Handling.ok({ faults: plane.faults() })),
  ),

  Handling.route(endpoints.addFaults, (_, call) =>
    Effect.map(decodeFaults(call), (rules) => {
      plane.setFaults([...plane.faults(), ...("effect" in rules ? [rules] : rules)])
      return json(201, { faults: plane.faults() })
    }),
  ),

  Handling.route(endpoints.clearFaults, () =>
    Effect.sync(() => {
      plane.setFaults([])
      return Handling.ok({ faults: plane.faults() })
    }),
  ),
]
