/**
 * `friendships/*`: following, unfollowing, tuning a follow, and looking at one.
 *
 * @since 0.1.0
 */
import { Command, type CommandError, type Rejection } from "@kith/core"
import * as Effect from "effect/Effect"
import type { Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import { declared, type ParametersOf } from "./Declarations.ts"
import * as Errors from "./Errors.ts"
import * as Json from "./Json.ts"
import * as Pipeline from "./Pipeline.ts"
import * as RelationshipJson from "./RelationshipJson.ts"
import * as Subject from "./Subject.ts"
import * as UserJson from "./UserJson.ts"

const rejections: Readonly<Record<Rejection.Tag, Errors.Failure>> = {
  CannotFollowSelf: Errors.cannotFollowSelf,
  TargetNotFound: Errors.cannotFindUser,
  TargetSuspended: Errors.targetSuspended,
  BlockedByTarget: Errors.blockedByTarget,
  BlockingTarget: Errors.forbidden,
  NotFollowing: Errors.forbidden,
  NoPendingRequest: Errors.forbidden,
}

const execute = (world: LiveWorld, command: Command.Command) =>
  Effect.mapError(
    world.relationships.execute(command),
    (error): Errors.Failure | CommandError.CommandError =>
      error._tag === "CommandRejected" ? rejections[error.reason._tag] : error,
  )

const found = (
  world: LiveWorld,
  named: Subject.Named,
  unknown: Errors.Failure,
): Effect.Effect<User, Errors.Failure> => {
  const subject = Subject.find(world, named)
  if (subject._tag === "Found") return Effect.succeed(subject.user)
  return Effect.fail(subject._tag === "Unknown" ? unknown : Errors.parametersMissing)
}

const describeUser = (
  world: LiveWorld,
  viewer: User,
  user: User,
  options: UserJson.Options,
): Effect.Effect<Json.Json, Pipeline.HandlerError> =>
  // X's answer to a command is as far behind as what it reads.
  Effect.flatMap(world.reads, (reads) =>
    Effect.map(UserJson.describe(world, reads, viewer, [user], options), ([json]) => json ?? null),
  )

const create: Pipeline.Handler<ParametersOf<"create">, User> = ({ world, viewer, parameters }) =>
  Effect.gen(function* () {
    const target = yield* found(world, parameters, Errors.cannotFindUser)
    if (target.id === viewer.id) return yield* Effect.fail(Errors.cannotFollowSelf)
    const receipt = yield* execute(
      world,
      Command.follow(viewer.id, target.id, { notifications: parameters.follow }),
    )
    // A repeated request that turns notifications on or off has an effect, and is no repetition.
    if (receipt._tag === "Unchanged" && receipt.relationship._tag === "Pending") {
      return yield* Effect.fail(Errors.alreadyRequested(target.username))
    }
    return yield* describeUser(world, viewer, target, parameters)
  })

const destroy: Pipeline.Handler<ParametersOf<"destroy">, User> = ({ world, viewer, parameters }) =>
  Effect.gen(function* () {
    const target = yield* found(world, parameters, Errors.pageNotFound)
    if (target.suspended === true) return yield* Effect.fail(Errors.pageNotFound)
    // Nobody follows themselves, and ending what is not there is a success.
    if (target.id !== viewer.id) yield* execute(world, Command.unfollow(viewer.id, target.id))
    return yield* describeUser(world, viewer, target, parameters)
  })

const update: Pipeline.Handler<ParametersOf<"update">, User> = ({ world, viewer, parameters }) =>
  Effect.gen(function* () {
    const target = yield* found(world, parameters, Errors.pageNotFound)
    if (target.id === viewer.id) return yield* Effect.fail(Errors.forbidden)
    yield* execute(
      world,
      Command.updatePreferences(viewer.id, target.id, {
        notifications: parameters.device,
        retweets: parameters.retweets,
      }),
    )
    return yield* RelationshipJson.describe(world, world.relationships, viewer, viewer, target)
  })

const show: Pipeline.Handler<ParametersOf<"show">, User | undefined> = ({
  world,
  viewer,
  parameters,
}) =>
  Effect.gen(function* () {
    const named = Subject.find(world, {
      user_id: parameters.source_id,
      screen_name: parameters.source_screen_name,
    })
    const source =
      named._tag === "Found" ? named.user : named._tag === "Unnamed" ? viewer : undefined
    if (source === undefined) return yield* Effect.fail(Errors.sourceNotFound)
    const wanted = Subject.find(world, {
      user_id: parameters.target_id,
      screen_name: parameters.target_screen_name,
    })
    if (wanted._tag === "Unnamed") return yield* Effect.fail(Errors.targetNotSpecified)
    if (wanted._tag === "Unknown") return yield* Effect.fail(Errors.userNotFound)
    if (source.suspended === true || wanted.user.suspended === true) {
      return yield* Effect.fail(Errors.userSuspended)
    }
    const reads = yield* world.reads
    return yield* RelationshipJson.describe(world, reads, viewer, source, wanted.user)
  })

const lookup: Pipeline.Handler<ParametersOf<"lookup">, User> = ({ world, viewer, parameters }) =>
  Effect.gen(function* () {
    const count = Subject.count(parameters)
    if (count === 0) return yield* Effect.fail(Errors.parametersMissing)
    if (count > Subject.max) return yield* Effect.fail(Errors.tooManyTerms)
    const users = Subject.findAll(world, parameters)
    const others = users.filter((user) => user.id !== viewer.id)
    const reads = yield* world.reads
    const snapshots = yield* reads.relationships(
      others.flatMap((user) => [
        { source: viewer.id, target: user.id },
        { source: user.id, target: viewer.id },
      ]),
    )
    const connections = new Map(
      others.map((user, index) => {
        const out = snapshots[2 * index]?.relationship._tag
        const back = snapshots[2 * index + 1]?.relationship._tag
        const held = [
          ...(out === "Following" ? ["following"] : []),
          ...(out === "Pending" ? ["following_requested"] : []),
          ...(back === "Following" ? ["followed_by"] : []),
          ...(world.users.blocks.has(viewer.id, user.id) ? ["blocking"] : []),
          ...(world.users.mutes.has(viewer.id, user.id) ? ["muting"] : []),
        ]
        return [user, held]
      }),
    )
    return users.map((user) => {
      const held = connections.get(user) ?? []
      return {
        name: user.name,
        screen_name: user.username,
        id: Json.id(user.id),
        id_str: user.id,
        connections: held.length === 0 ? ["none"] : held,
      }
    })
  })

/** @category constructors @since 0.1.0 */
export const routes = (authenticate: Pipeline.Authenticate): ReadonlyArray<Route> => {
  const forWriters = Pipeline.forWriters(authenticate)
  const forUsers = Pipeline.forUsers(authenticate)
  const forAnybody = Pipeline.forAnybody(authenticate)
  return [
    forWriters(declared.create, create),
    forWriters(declared.destroy, destroy),
    forWriters(declared.update, update),
    forAnybody(declared.show, show),
    forUsers(declared.lookup, lookup),
  ]
}
