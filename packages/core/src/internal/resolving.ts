/**
 * Commands that stand open in the journal: which they are, and what became of them, by a look at the edge
 * of each that nobody is sending any more.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Unresolved } from "../Reconciler.ts"
import type { RelationshipStore } from "../RelationshipStore.ts"
import type { RemoteError } from "../RemoteError.ts"
import type { StoreError } from "../StoreError.ts"
import * as intents from "./intents.ts"
import type { Looking } from "./looking.ts"

/** How many intents are read at once. */
const scanned = 256

/** @internal */
export const make = ({
  journal,
  looking,
  now,
  store,
}: {
  readonly store: RelationshipStore["Service"]
  readonly journal: intents.Intents
  readonly looking: Looking
  readonly now: () => number
}) => {
  const begun = now()

  const entries = Stream.paginate(undefined as string | undefined, (key) =>
    Effect.map(journal.list(scanned, key), (found) => [
      found,
      found.length < scanned ? Option.none() : Option.some(found.at(-1)?.key),
    ]),
  )
  const opens = Stream.mapEffect(entries, (entry) => Effect.fromResult(intents.open(entry)))

  const isAnswered = ({ intent }: intents.Open): boolean => intent.isAnswered === true

  /** An intent that stands beside its record does so for what the answer did not show. */
  const isUnknown = (open: intents.Open): Effect.Effect<boolean, StoreError> => {
    const { command: edge, commandId } = open.intent
    return isAnswered(open)
      ? Effect.succeed(false)
      : Effect.map(store.load([{ edge, commandId }]), ([known]) => known?.record === undefined)
  }

  const unresolved: Stream.Stream<Unresolved, StoreError> = opens.pipe(
    Stream.filterEffect(isUnknown),
    Stream.map(({ intent: { command, commandId, startedAt } }) => ({
      commandId,
      command,
      startedAt,
    })),
  )

  /** Clears what only waited for the remote's reads to catch up. The remote is not asked. */
  const tidy = Stream.runForEach(Stream.filter(opens, isAnswered), ({ intent: { command } }) =>
    looking.look(command.source, [command.target], true),
  )

  /**
   * Resolves what can be; says when the next one can be, and the first that stood against it. What was
   * answered since this service began is not waited for: whoever sent it clears it. What cannot be read
   * hinders nobody else.
   */
  const sweep = Effect.gen(function* () {
    let nextAt = Number.POSITIVE_INFINITY
    let failure: RemoteError | StoreError | undefined
    yield* Stream.runForEach(entries, (entry) => {
      const read = intents.open(entry)
      if (Result.isFailure(read)) {
        failure ??= read.failure
        return Effect.void
      }
      const open = read.success
      const readyAt = looking.readyAt(open)
      if (readyAt > now()) {
        if (!isAnswered(open) || open.intent.startedAt <= begun) nextAt = Math.min(nextAt, readyAt)
        return Effect.void
      }
      const { source, target } = open.intent.command
      return Effect.catchTag(looking.look(source, [target], true), "RemoteError", (error) =>
        Effect.sync(() => {
          failure ??= error
        }),
      )
    })
    return { nextAt, failure }
  })

  const resolve: Effect.Effect<void, RemoteError | StoreError> = Effect.flatMap(
    sweep,
    ({ failure }) => (failure === undefined ? Effect.void : Effect.fail(failure)),
  )

  /** Goes on until nothing is left that an earlier process left behind, or that can be looked at. */
  const resolveLeftovers: Effect.Effect<void> = Effect.gen(function* () {
    for (;;) {
      const { nextAt } = yield* sweep
      if (nextAt === Number.POSITIVE_INFINITY) return
      yield* Effect.sleep(Math.max(0, nextAt - now()))
    }
  }).pipe(Effect.ignore)

  return { unresolved, resolve, resolveLeftovers, tidy: Effect.ignore(tidy) }
}
