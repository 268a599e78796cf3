/**
 * Answers that do not tell what became of a command on v1.1, and how one look at the edge does.
 *
 * Whoever gets an `Ambiguous` asks `friendships/show` ({@link Show.seen}) and hands both over to
 * {@link resolve}.
 *
 * @since 0.1.0
 */
import { Facts, type Reconciliation, type RelationshipRemote, RemoteError } from "@kith/core"
import * as Result from "effect/Result"
import type { Refusal } from "../classify/Refusal.ts"
import type { Seen } from "./RelationshipBody.ts"

/**
 * - `refusal`: X refused in its most general words, which it may have for somebody whom the source
 *   blocks, does not follow, or follows already. Without one the command was carried out, and what it
 *   came to is not said.
 * - `preferences`: those that the command set, if it was carried out.
 *
 * @category models
 * @since 0.1.0
 */
export interface Ambiguous {
  readonly _tag: "Ambiguous"
  readonly endpoint: "friendships/create" | "friendships/update"
  readonly refusal?: RemoteError.RemoteError | undefined
  readonly preferences: {
    readonly retweets?: boolean | undefined
    readonly notifications?: boolean | undefined
  }
}

type Answered = Result.Result<RelationshipRemote.Answer, RemoteError.RemoteError>

/**
 * A command that was carried out, of which the answer does not say what it came to.
 *
 * @category constructors
 * @since 0.1.0
 */
export const carried = (
  endpoint: Ambiguous["endpoint"],
  preferences: Ambiguous["preferences"],
): Ambiguous => ({ _tag: "Ambiguous", endpoint, preferences })

/**
 * Takes a refusal in X's most general words, a 403 that nobody recognises, for one that a look may
 * explain; any other stays the error that it is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ofGeneral = (
  endpoint: Ambiguous["endpoint"],
  refusal: Refusal,
  error: RemoteError.RemoteError,
): Result.Result<Ambiguous, RemoteError.RemoteError> =>
  refusal.reason === "Unclassified" && refusal.evidence.status === 403
    ? Result.succeed({ _tag: "Ambiguous", endpoint, refusal: error, preferences: {} })
    : Result.fail(error)

/**
 * What was seen, with what the command has set: reads may be behind.
 *
 * @category constructors
 * @since 0.1.0
 */
export const withSet = (
  observation: Exclude<Reconciliation.Observation, { readonly _tag: "None" }>,
  { notifications, retweets }: Ambiguous["preferences"],
): RelationshipRemote.Answer => ({
  _tag: "Carried",
  observation: {
    ...observation,
    ...(retweets === undefined ? {} : { retweets }),
    ...(notifications === undefined ? {} : { notifications }),
  },
})

const unknown = (endpoint: Ambiguous["endpoint"]): Answered =>
  Result.fail(
    new RemoteError.RemoteError({
      outcome: "unknown",
      reason: "Malformed",
      message: `${endpoint}: it was carried out, and the edge does not show it yet; look again later`,
      retryable: false,
    }),
  )

const ofRefusal = (
  refusal: RemoteError.RemoteError,
  { endpoint }: Ambiguous,
  { blockedBy, blocking, observation }: Seen,
): Answered => {
  const refused = (facts: Facts.Facts): Answered =>
    Result.succeed({ _tag: "Refused", facts, observation })
  if (endpoint === "friendships/update") {
    return observation?._tag === "None" ? refused(Facts.open) : Result.fail(refusal)
  }
  if (blocking === true) return refused({ ...Facts.open, blocksTarget: true })
  if (blockedBy === true) return refused({ ...Facts.open, blockedByTarget: true })
  return observation === undefined || observation._tag === "None"
    ? Result.fail(refusal)
    : Result.succeed({ _tag: "Carried", observation })
}

/**
 * What the command came to, by a look at the edge after it; `undefined` when X did not show the edge
 * or could not be asked.
 *
 * @category operations
 * @since 0.1.0
 */
export const resolve = (ambiguous: Ambiguous, seen: Seen | undefined): Answered => {
  const { endpoint, preferences, refusal } = ambiguous
  if (refusal !== undefined) {
    return seen === undefined ? Result.fail(refusal) : ofRefusal(refusal, ambiguous, seen)
  }
  const observation = seen?.observation
  return observation === undefined || observation._tag === "None"
    ? unknown(endpoint)
    : Result.succeed(withSet(observation, preferences))
}
