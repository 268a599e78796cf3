/**
 * Commands on their way to the remote, written down before they leave.
 *
 * An edge has at most one. It is gone once the events of its command are in the store; a process that
 * dies in between leaves it behind, and whoever finds it looks at the edge. Its lease says until when
 * its owner may still be sending: nobody else touches it before.
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

const open = (entry: Entry): Result.Result<Open, StoreError> =>
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
  /** The open intent of an edge, if there is one. */
  find: (edge: Edge): Effect.Effect<Open | undefined, StoreError> =>
    Effect.flatMap(journal.read([keyOf(edge)]), ([entry]) =>
      entry === undefined ? Effect.succeed(undefined) : Effect.fromResult(open(entry)),
    ),

  /** Writes an intent down in place of `before`; nothing when somebody was faster. */
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

  /** Open intents in the order of their edges, behind a key. */
  list: (limit: number, after?: string): Effect.Effect<ReadonlyArray<Open>, StoreError> =>
    Effect.flatMap(journal.scan(prefix, limit, after), (entries) =>
      Effect.fromResult(Result.all(entries.map(open))),
    ),
})

/** @internal */
export type Intents = ReturnType<typeof make>
