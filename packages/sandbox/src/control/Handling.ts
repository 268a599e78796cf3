/**
 * What the routes of the control API have in common: reading a request strictly, finding users,
 * answering every failure in the one shape.
 *
 * @since 0.1.0
 */
import type { CommandError, Page, Relationship, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Schema from "effect/Schema"
import { json, type Reply } from "../http/Message.ts"
import * as Parameters from "../http/Parameters.ts"
import type { Call, Route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import * as JsonText from "../world/JsonText.ts"
import * as Mistake from "../world/Mistake.ts"
import type { User } from "../world/World.ts"
import * as Errors from "./Errors.ts"

/**
 * What an answer may end in besides a reply: a refusal, or a failure that has one.
 *
 * @category models
 * @since 0.1.0
 */
export type Failure = Refused | CommandError.CommandError | StoreError.StoreError | Page.InvalidPage

/** @category models @since 0.1.0 */
export interface Refused {
  readonly _tag: "Refused"
  readonly reply: Reply
}

/** @category constructors @since 0.1.0 */
export const refused = (reply: Reply): Refused => ({ _tag: "Refused", reply })

/**
 * A route of an endpoint and of what answers it with 200 and a JSON body, unless it gives a reply of
 * its own.
 *
 * @category constructors
 * @since 0.1.0
 */
export const route = (
  endpoint: Route["endpoint"],
  answer: (world: LiveWorld, call: Call) => Effect.Effect<Reply, Failure>,
): Route => ({
  endpoint,
  answer: (world, call) =>
    Effect.catch(
      Effect.suspend(() => answer(world, call)),
      (failure) =>
        Effect.succeed(failure._tag === "Refused" ? failure.reply : Errors.ofFailure(failure)),
    ),
})

/** @category constructors @since 0.1.0 */
export const ok = (body: unknown): Reply => json(200, body)

/**
 * Decodes what a request has brought; its mistakes are the refusal.
 *
 * @category operations
 * @since 0.1.0
 */
export const accept = <A>(
  decoded: Result.Result<A, ReadonlyArray<Mistake.Mistake>>,
  code: "invalid-request" | "invalid-world" = "invalid-request",
): Effect.Effect<A, Refused> =>
  Effect.fromResult(Result.mapError(decoded, (mistakes) => refused(Errors.invalid(code, mistakes))))

/**
 * Reads bodies of a schema, as JSON whatever the content type says: `curl -d` calls everything a form.
 *
 * @category operations
 * @since 0.1.0
 */
export const body = <A>(
  schema: Schema.ConstraintDecoder<A>,
): ((call: Call) => Effect.Effect<A, Refused>) => {
  const decode = Mistake.decoder(schema)
  return ({ request }) => accept(Result.flatMap(JsonText.parseBytes(request.body), decode))
}

/**
 * Reads queries of a schema; a parameter that comes twice is a mistake.
 *
 * @category operations
 * @since 0.1.0
 */
export const query = <A>(
  schema: Schema.ConstraintDecoder<A>,
): ((call: Call) => Effect.Effect<A, Refused>) => {
  const decode = Mistake.decoder(schema)
  return ({ request }) => {
    const parameters = Parameters.parse(request.search)
    if (parameters === undefined) {
      return accept(Result.fail([Mistake.at([], "the query is not percent-encoded UTF-8")]))
    }
    const names = parameters.map(([name]) => name)
    const twice = names.filter((name, index) => names.indexOf(name) !== index)
    return accept(
      twice.length > 0
        ? Result.fail(twice.map((name) => Mistake.at([name], "comes twice")))
        : decode(Object.fromEntries(parameters)),
    )
  }
}

/**
 * The user of a path, by id or username.
 *
 * @category operations
 * @since 0.1.0
 */
export const user = (
  world: LiveWorld,
  call: Call,
  parameter: "user" | "source" | "target",
): Effect.Effect<User, Refused> => {
  const name = call.params[parameter] ?? ""
  const found = world.users.byId(name) ?? world.users.byUsername(name)
  return found === undefined
    ? Effect.fail(refused(Errors.unknownUser(name)))
    : Effect.succeed(found)
}

/**
 * The two different users of a path.
 *
 * @category operations
 * @since 0.1.0
 */
export const edge = Effect.fnUntraced(function* (world: LiveWorld, call: Call) {
  const source = yield* user(world, call, "source")
  const target = yield* user(world, call, "target")
  if (source.id === target.id) {
    return yield* Effect.fail(
      refused(Errors.refuse("invalid-request", "source and target are the same user")),
    )
  }
  return { source, target }
})

/** @category getters @since 0.1.0 */
export const nameOf = ({ id, username, name }: User) => ({ id, username, name })

/** @category getters @since 0.1.0 */
export const stateOf = (relationship: Relationship.Relationship) =>
  relationship._tag === "None"
    ? { state: "none", retweets: false, notifications: false }
    : {
        state: relationship._tag === "Pending" ? "pending" : "following",
        retweets: relationship.retweets,
        notifications: relationship.notifications,
      }
