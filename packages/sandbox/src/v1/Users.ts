/**
 * `users/*` and `account/verify_credentials`.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import { declared, type ParametersOf } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import type * as Json from "./Json.ts"
import * as Pipeline from "./Pipeline.ts"
import * as Subject from "./Subject.ts"
import * as UserJson from "./UserJson.ts"

const one = (
  world: LiveWorld,
  viewer: User | undefined,
  user: User,
  options: UserJson.Options,
): Effect.Effect<Json.Json, Pipeline.HandlerError> =>
  Effect.flatMap(world.reads, (service) =>
    Effect.map(
      UserJson.describe(world, service, viewer, [user], options),
      ([json]) => json ?? null,
    ),
  )

const show: Pipeline.Handler<ParametersOf<"usersShow">, User | undefined> = ({
  world,
  viewer,
  parameters,
}) => {
  const subject = Subject.find(world, parameters)
  if (subject._tag === "Unnamed") return Effect.fail(Errors.parametersMissing)
  if (subject._tag === "Unknown") return Effect.fail(Errors.userNotFound)
  if (subject.user.suspended === true) return Effect.fail(Errors.userSuspended)
  return one(world, viewer, subject.user, parameters)
}

const lookup: Pipeline.Handler<ParametersOf<"usersLookup">, User | undefined> = ({
  world,
  viewer,
  parameters,
}) => {
  const count = Subject.count(parameters)
  if (count === 0) return Effect.fail(Errors.parametersMissing)
  if (count > Subject.max) return Effect.fail(Errors.tooManyTerms)
  const users = Subject.findAll(world, parameters)
  if (users.length === 0) return Effect.fail(Errors.noUserMatches)
  return Effect.flatMap(world.reads, (service) =>
    UserJson.describe(world, service, viewer, users, parameters),
  )
}

const verifyCredentials: Pipeline.Handler<ParametersOf<"verifyCredentials">, User> = ({
  world,
  viewer,
  parameters,
}) => one(world, viewer, viewer, parameters)

/** @category constructors @since 0.1.0 */
export const routes = (authenticate: Pipeline.Authenticate): ReadonlyArray<Route> => {
  const forAnybody = Pipeline.forAnybody(authenticate)
  return [
    forAnybody(declared.usersShow, show),
    forAnybody(declared.usersLookup, lookup),
    forAnybody(declared.usersLookupPost, lookup),
    Pipeline.forUsers(authenticate)(declared.verifyCredentials, verifyCredentials),
  ]
}
