/**
 * Commands on their way to the remote, written down before they leave.
 *
 * An edge has at most one. It is gone once the events of its command are in the store; a process that
 * dies in between leaves it behind, and whoever finds it looks at the edge. Its lease says until when
 * its owner may still be sending: nobody else touches it before.
 *
 * The newest wins: it takes the place of one of which nobody knows what became, and names it, so that
 * there is no moment in which the older one is neither open nor remembered.
 *
 * The answer to a command that left no event stays as long as the remote's reads may not show it, for
 * the log does not say when it came.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { Command } from "../Command.ts"
import type { Edge } from "../Edge.ts"
import { EventId } from "../EventId.ts"
import type { Entry, Journal } from "../Journal.ts"
import { CommandId } from "../RecordedEvent.ts"
import { StoreError } from "../StoreError.ts"
import { UserId } from "../UserId.ts"

/** A command that a newer one takes the place of, while nobody knows what became of it. */
const Overtaken = Schema.Struct({ commandId: CommandId, fingerprint: Schema.String })

/** @internal */
export type Overtaken = typeof Overtaken.Type

/** @internal */
export const Intent = Schema.Struct({
  commandId: CommandId,
  /** The id of the first event, after which a command is named that has no id of its caller's. */
  eventId: Schema.optionalKey(EventId),
  command: Command,
  actor: UserId,
  correlationId: Schema.optionalKey(CommandId),
  causationId: Schema.optionalKey(CommandId),
  /** The service that sends it; another one after each start. */
  owner: Schema.String,
  startedAt: Schema.Int,
  leaseUntil: Schema.Int,
  /** Whoever finds the intent remembers this one, lest it be done when it is repeated. */
  overtaken: Schema.optionalKey(Overtaken),
  /** Whether the remote has carried the command out, and it changed nothing that was known. */
  isAnswered: Schema.optionalKey(Schema.Boolean),
})

/** @internal */
export type Intent = typeof Intent.Type

/** An intent as it stands in the journal. @internal */
export interface Open {
  readonly intent: Intent
  readonly key: string
  readonly version: number
}

const prefix = "intent/"

/** @internal */
export const keyOf = (edge: Edge): string => `${prefix}${edge.source}/${edge.target}`

const Text = Schema.fromJsonString(Intent)
const encode = Schema.encodeSync(Text)
const decode = Schema.decodeUnknownResult(Text)

/** An entry as an intent. @internal */
export const open = (entry: Entry): Result.Result<Open, StoreError> =>
  Result.match(decode(entry.value), {
    onSuccess: (intent) => Result.succeed({ intent, key: entry.key, version: entry.version }),
    onFailure: () =>
      Result.fail(
        new StoreError({
          reason: "Corrupt",
          message: `the journal's entry ${entry.key} is not an intent, or one of newer code`,
        }),
      ),
  })

/** @internal */
export const make = (journal: Journal["Service"]) => ({
  /** The open intents of edges, in the order asked; `undefined` where there is none. */
  find: (edges: ReadonlyArray<Edge>): Effect.Effect<ReadonlyArray<Open | undefined>, StoreError> =>
    edges.length === 0
      ? Effect.succeed([])
      : Effect.flatMap(journal.read(edges.map(keyOf)), (entries) =>
          Effect.fromResult(
            Result.all(
              entries.map((entry) =>
                entry === undefined ? Result.succeed(undefined) : open(entry),
              ),
            ),
          ),
        ),

  /** Writes an intent down in place of another one; nothing when somebody was faster. */
  begin: (
    intent: Intent,
    before: Open | undefined,
  ): Effect.Effect<Open | undefined, StoreError> => {
    const key = keyOf(intent.command)
    return Effect.map(
      journal.write([{ key, value: encode(intent), expectedVersion: before?.version ?? 0 }]),
      (outcome) => {
        const version = outcome._tag === "Written" ? outcome.versions[0] : undefined
        return version === undefined ? undefined : { intent, key, version }
      },
    )
  },

  /** Clears an intent, unless somebody wrote a newer one. */
  clear: ({ key, version }: Open): Effect.Effect<void, StoreError> =>
    Effect.asVoid(journal.write([{ key, value: undefined, expectedVersion: version }])),

  /** The entries of open intents in the order of their edges, behind a key. */
  list: (limit: number, after?: string): Effect.Effect<ReadonlyArray<Entry>, StoreError> =>
    journal.scan(prefix, limit, after),
})

/** @internal */
export type Intents = ReturnType<typeof make>
