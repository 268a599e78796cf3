/**
 * The routes that deal with relationships: commands on behalf of anybody, and why an edge is as it is.
 *
 * @since 0.1.0
 */
import { Command, type Receipt, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import { endpoints } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as EventJson from "./EventJson.ts"
import * as Handling from "./Handling.ts"
import * as Schemas from "./Schemas.ts"

const decodeCommand = Handling.body(Schemas.CommandRequest)

const toReceipt = (receipt: Receipt.Receipt) => ({
  outcome: receipt._tag === "Changed" ? "changed" : "unchanged",
  ...Handling.stateOf(receipt.relationship),
  version: receipt.version,
  attempts: receipt.attempts,
  events: receipt.events.map(EventJson.encode),
})

/** The target answers a request of the source. */
const answer = (
  endpoint: Route["endpoint"],
  command: (source: UserId.UserId, target: UserId.UserId) => Command.Command,
): Route =>
  Handling.route(endpoint, (world, call) =>
    Effect.gen(function* () {
      const { source, target } = yield* Handling.edge(world, call)
      const receipt = yield* world.relationships.execute(command(source.id, target.id))
      return Handling.ok(toReceipt(receipt))
    }),
  )

/** A command names its users by id alone; one that names an unknown source has nobody to act. */
const knownUsers = (world: LiveWorld, ids: ReadonlyArray<UserId.UserId>) =>
  Effect.forEach(
    ids,
    (id) =>
      world.users.byId(id) === undefined
        ? Effect.fail(Handling.refused(Errors.unknownUser(id)))
        : Effect.void,
    { discard: true },
  )

/** @category constructors @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  answer(endpoints.approve, Command.approveRequest),
  answer(endpoints.deny, Command.denyRequest),

  Handling.route(endpoints.relationship, (world, call) =>
    Effect.gen(function* () {
      const { source, target } = yield* Handling.edge(world, call)
      const edge = { source: source.id, target: target.id }
      const history = yield* world.relationships.history(edge)
      const { relationship, version } = yield* world.relationships.relationship(edge)
      return Handling.ok({
        source: Handling.nameOf(source),
        target: Handling.nameOf(target),
        ...Handling.stateOf(relationship),
        version,
        // An event that came between the two reads is left for the next answer.
        history: history.filter((event) => event.version <= version).map(EventJson.encode),
      })
    }),
  ),

  Handling.route(endpoints.execute, (world, call) =>
    Effect.gen(function* () {
      const { command, commandId, actor } = yield* decodeCommand(call)
      yield* knownUsers(world, [command.source, command.target])
      const receipt = yield* world.relationships.execute(command, { commandId, actor })
      return Handling.ok(toReceipt(receipt))
    }),
  ),
]
