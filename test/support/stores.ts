/** What tests of stores begin and end with: a follow that nobody made before, and a check. */
import { RelationshipEvent as Event, type Upkeep } from "@kith/core"
import { Effect, Stream } from "effect"
import * as Fixtures from "../../packages/core/src/testing/Fixtures.ts"

/** A change by which somebody follows somebody, both of whom nobody used before. */
export const newFollow = Effect.flatMap(Fixtures.edge, (edge) =>
  Fixtures.change(edge, Fixtures.untouched, [Event.followed(true, false)]),
)

/** What a check finds wrong. */
export const faultsOf = ({ check }: Upkeep.Upkeep["Service"]) =>
  Effect.map(Stream.runCollect(check), (steps) => steps.filter(({ _tag }) => _tag === "Fault"))
