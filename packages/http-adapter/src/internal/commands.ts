/** How commands are carried out on X: by which calls, with which credentials. */
import {
  type Command,
  type Edge,
  type RelationshipRemote,
  RemoteError,
  type StoreError,
} from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Credential } from "../auth/Credential.ts"
import type { Credentials } from "../auth/Credentials.ts"
import type { Mode } from "../Capabilities.ts"
import type { Endpoint } from "../Endpoint.ts"
import { Ambiguous, Create, Destroy, Show, Update } from "../v1/index.ts"
import { FollowUser, UnfollowUser } from "../v2/index.ts"
import type { XApi } from "../XApi.ts"
import { refused } from "./tokenServer.ts"

type Answer = RelationshipRemote.Answer
type Ambiguity = Ambiguous.Ambiguous
type Failure = RemoteError.RemoteError | StoreError.StoreError

/** A command that may be sent: its credentials are at hand, and its requests are counted. */
type Prepared = Effect.Effect<Answer, RemoteError.RemoteError>

type Follow = Extract<Command.Command, { readonly _tag: "Follow" }>
type Update = Extract<Command.Command, { readonly _tag: "UpdatePreferences" }>

const notSupported = (message: string): RemoteError.RemoteError => refused("NotSupported", message)

const noPreferences = notSupported(
  "X's v2 has no call for retweets and notifications; use the mode auto or v1, and give OAuth 1.0a credentials",
)

const targetsOwn = (command: Command.Command): RemoteError.RemoteError =>
  notSupported(
    `X has no call for ${command._tag}; user ${command.target} has to do it on X's own site`,
  )

/** The follow is there, and of what it was to be like not all can be told. */
const halfKnown = (error: RemoteError.RemoteError): RemoteError.RemoteError => {
  const { evidence, message, outcome, reason, resetAt, retryable } = error
  const half =
    outcome === "refused"
      ? "its preferences were not set"
      : "nobody knows whether its preferences were set"
  return new RemoteError.RemoteError({
    outcome: "unknown",
    reason,
    message: `the follow was carried out, and ${half}: ${message}`,
    retryable,
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(evidence === undefined ? {} : { evidence }),
  })
}

const notKept = new RemoteError.RemoteError({
  outcome: "refused",
  reason: "Unclassified",
  message: "X says that there is no follow",
  retryable: false,
})

/** @internal */
export const make = (mode: Mode, api: XApi["Service"], credentials: Credentials["Service"]) => {
  /** When a command that begins now has to have ended. */
  const deadline = Effect.map(Clock.currentTimeMillis, (now) => now + 2 * api.timeout)

  const credentialOf = (command: Command.Command, v1: boolean) =>
    credentials.forUser(command.source, { writes: true, v1 })

  /** What an answer that does not tell came to, by a look at the edge; without one it stays unclear. */
  const look = (
    ambiguity: Ambiguity,
    credential: Credential,
    { source, target }: Command.Command,
    until: number,
  ): Prepared =>
    api.reserve([{ name: Show.seen.name, credential }]).pipe(
      Effect.andThen(api.send(Show.seen, credential, { source, target }, until)),
      Effect.result,
      Effect.flatMap((seen) =>
        Effect.fromResult(Ambiguous.resolve(ambiguity, Result.getOrUndefined(seen))),
      ),
      Effect.map((answer) => ({ ...answer, mayLag: true })),
    )

  const explain = (
    answer: Answer | Ambiguity,
    credential: Credential,
    command: Command.Command,
    until: number,
  ): Prepared =>
    answer._tag === "Ambiguous" ? look(answer, credential, command, until) : Effect.succeed(answer)

  /** A command of one request, whose answer tells all. */
  const simple = (
    command: Command.Command,
    endpoint: Endpoint<Edge.Edge, Answer>,
  ): Effect.Effect<Prepared, Failure> =>
    Effect.flatMap(credentialOf(command, mode === "v1"), (credential) =>
      Effect.as(
        api.reserve([{ name: endpoint.name, credential }]),
        api.send(endpoint, credential, { source: command.source, target: command.target }),
      ),
    )

  const update = Effect.fnUntraced(function* (command: Update) {
    const credential = yield* credentialOf(command, true)
    yield* api.reserve([{ name: Update.endpoint.name, credential }])
    return Effect.gen(function* () {
      const until = yield* deadline
      const answer = yield* api.send(Update.endpoint, credential, command, until)
      return yield* explain(answer, credential, command, until)
    })
  })

  /** The first half of a follow with preferences is done: the second. */
  const tune = (
    first: Answer | Ambiguity,
    credential: Credential,
    command: Follow,
    until: number,
  ): Prepared =>
    Effect.gen(function* () {
      // What X refused in its most general words may need no second half.
      const known =
        first._tag === "Ambiguous" && first.refusal === undefined
          ? undefined
          : yield* explain(first, credential, command, until)
      if (known?._tag === "Refused") return known
      const second = yield* api.send(Update.endpoint, credential, command, until).pipe(
        Effect.flatMap((answer) => explain(answer, credential, command, until)),
        Effect.result,
      )
      if (Result.isSuccess(second)) {
        return second.success._tag === "Carried" ? second.success : yield* halfKnown(notKept)
      }
      // Without an answer to the first half nobody could say what there is now.
      return known !== undefined && second.failure.outcome === "refused"
        ? { ...known, _tag: "Partly", because: second.failure }
        : yield* halfKnown(second.failure)
    })

  /** On v1.1, where `create` can turn notifications on, and nothing else. */
  const followOnV1 = Effect.fnUntraced(function* (command: Follow) {
    const { notifications, retweets, source, target } = command
    const credential = yield* credentialOf(command, true)
    const isTwoSteps = retweets !== undefined || notifications === false
    yield* api.reserve([
      { name: Create.endpoint.name, credential },
      ...(isTwoSteps ? [{ name: Update.endpoint.name, credential }] : []),
    ])
    const input = { source, target, notifications: notifications === true ? true : undefined }
    return Effect.gen(function* () {
      const until = yield* deadline
      const first = yield* api.send(Create.endpoint, credential, input, until)
      return yield* isTwoSteps
        ? tune(first, credential, command, until)
        : explain(first, credential, command, until)
    })
  })

  const followOnV2AndTune = Effect.fnUntraced(function* (command: Follow) {
    const { source, target } = command
    const endpoint = FollowUser.endpoint
    const second = yield* credentialOf(command, true)
    const first = yield* credentialOf(command, false)
    yield* api.reserve([
      { name: endpoint.name, credential: first },
      { name: Update.endpoint.name, credential: second },
    ])
    return Effect.gen(function* () {
      const until = yield* deadline
      const answer = yield* api.send(endpoint, first, { source, target }, until)
      return yield* tune(answer, second, command, until)
    })
  })

  const follow = (command: Follow): Effect.Effect<Prepared, Failure> => {
    if (mode === "v1") return followOnV1(command)
    if (command.notifications === undefined && command.retweets === undefined) {
      return simple(command, FollowUser.endpoint)
    }
    return mode === "v2" ? Effect.fail(noPreferences) : followOnV2AndTune(command)
  }

  return (command: Command.Command): Effect.Effect<Prepared, Failure> => {
    switch (command._tag) {
      case "Follow":
        return follow(command)
      case "Unfollow":
        return simple(command, mode === "v1" ? Destroy.endpoint : UnfollowUser.endpoint)
      case "UpdatePreferences":
        return mode === "v2" ? Effect.fail(noPreferences) : update(command)
      case "ApproveRequest":
      case "DenyRequest":
      case "RemoveFollower":
        return Effect.fail(targetsOwn(command))
    }
  }
}
