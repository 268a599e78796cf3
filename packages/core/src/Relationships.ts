/**
 * The service that backends use: one typed command, a truthful receipt, lists, history, the log.
 *
 * `layerStore` makes it of any {@link RelationshipStore} and {@link Directory}, `layerRemote` of any
 * {@link RelationshipRemote} with a store and a {@link Journal} to remember by. Code that uses the
 * service cannot tell them apart.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Result from "effect/Result"
import type * as Stream from "effect/Stream"
import type { Command } from "./Command.ts"
import type { CommandError } from "./CommandError.ts"
import { Directory } from "./Directory.ts"
import type { Edge } from "./Edge.ts"
import * as commands from "./internal/commands.ts"
import {
  type AsOf,
  type ExecuteOptions,
  ofRemote,
  ofStore,
  type RemoteOptions,
  type StoreOptions,
} from "./internal/options.ts"
import * as queries from "./internal/queries.ts"
import * as remotes from "./internal/remote.ts"
import { Journal } from "./Journal.ts"
import * as Options from "./Options.ts"
import type { InvalidPage, ListName, Page, PageRequest } from "./Page.ts"
import type { Receipt } from "./Receipt.ts"
import { Reconciler } from "./Reconciler.ts"
import type { RecordedEvent } from "./RecordedEvent.ts"
import { RelationshipRemote } from "./RelationshipRemote.ts"
import { type Counts, RelationshipStore, type Snapshot } from "./RelationshipStore.ts"
import type { StoreError } from "./StoreError.ts"
import type { UserId } from "./UserId.ts"

export type { AsOf, ExecuteOptions, RemoteOptions, StoreOptions } from "./internal/options.ts"

/**
 * Commands, and what is known of edges. A command without a receipt fails with a {@link CommandError};
 * what reads fails with a `StoreError` when the store does.
 *
 * @category services
 * @since 0.1.0
 */
export class Relationships extends Context.Service<
  Relationships,
  {
    /**
     * Carries a command out.
     *
     * When others change the edge in the same moment, the command is decided again on what they
     * left, as often as the layer allows; `attempts` on the receipt tells. Commands of concurrent
     * callers are committed in groups, each on its own merits.
     *
     * Interrupting the caller does not tell whether the command was carried out: repeat it under the
     * same command id to find out.
     */
    readonly execute: (
      command: Command,
      options?: ExecuteOptions,
    ) => Effect.Effect<Receipt, CommandError>

    /**
     * Carries many commands out, in few commits: what that saves is a store's waiting for its disk or
     * network. The answers come in the order of the commands, and commands to the same edge take
     * effect in that order. It is no transaction: each command succeeds or fails for itself.
     */
    readonly executeAll: (
      commands: ReadonlyArray<readonly [command: Command, options?: ExecuteOptions]>,
    ) => Effect.Effect<ReadonlyArray<Result.Result<Receipt, CommandError>>>

    /** The state and version of an edge, now or as of a moment of the past. */
    readonly relationship: (
      edge: Edge,
      options?: { readonly asOf?: AsOf | undefined },
    ) => Effect.Effect<Snapshot, StoreError>

    /** The same for many edges at once, now; in the order asked. */
    readonly relationships: (
      edges: ReadonlyArray<Edge>,
    ) => Effect.Effect<ReadonlyArray<Snapshot>, StoreError>

    /** Why an edge is as it is: all its events, oldest first. */
    readonly history: (edge: Edge) => Effect.Effect<ReadonlyArray<RecordedEvent>, StoreError>

    /** Whom a user follows, newest follow first. */
    readonly following: (
      user: UserId,
      page?: PageRequest,
    ) => Effect.Effect<Page, StoreError | InvalidPage>

    /** Who follows a user, newest follow first. */
    readonly followers: (
      user: UserId,
      page?: PageRequest,
    ) => Effect.Effect<Page, StoreError | InvalidPage>

    /** Whose answer a user waits for, newest request first. */
    readonly requestsSent: (
      user: UserId,
      page?: PageRequest,
    ) => Effect.Effect<Page, StoreError | InvalidPage>

    /** Who waits for a user's answer, newest request first. */
    readonly requestsReceived: (
      user: UserId,
      page?: PageRequest,
    ) => Effect.Effect<Page, StoreError | InvalidPage>

    /**
     * A whole list, page by page. Each page brings the cursor behind it (`next`): a walk can stop
     * anywhere and go on from there elsewhere. Whoever stays in the list during the walk is seen
     * exactly once; whoever joins behind its back may be missed.
     */
    readonly walk: (
      list: ListName,
      user: UserId,
      page?: PageRequest,
    ) => Stream.Stream<Page, StoreError | InvalidPage>

    /** How many entries each list of a user has. */
    readonly counts: (user: UserId) => Effect.Effect<Counts, StoreError>

    /**
     * The log behind a position: what there is, then what comes, without end, gap or repeat. Keep
     * the position of the last event that was dealt with, and begin there next time; 0 or nothing
     * begins at the first event. What cannot be meant is a defect.
     */
    readonly changes: (options?: {
      readonly from?: number | undefined
    }) => Stream.Stream<RecordedEvent, StoreError>
  }
>()("@kith/core/Relationships") {}

/**
 * The service over a store that is the authority. It takes time from Effect's `Clock`.
 *
 * @category constructors
 * @since 0.1.0
 */
export const makeStore = Effect.fnUntraced(function* (options?: StoreOptions) {
  yield* Options.check(options, ofStore)
  const store = yield* RelationshipStore
  const directory = yield* Directory
  return Relationships.of({
    ...(yield* commands.make(
      store,
      directory,
      options?.maxAttempts ?? 8,
      options?.maxGroup ?? 512,
      options?.maxWaiting ?? 100_000,
    )),
    ...queries.make(store),
  })
})

/**
 * The service over a store that is the authority.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerStore = (
  options?: StoreOptions,
): Layer.Layer<Relationships, never, RelationshipStore | Directory> =>
  Layer.effect(Relationships, makeStore(options))

/**
 * Looks at the options of {@link layerRemote}, for a layer that opens something else before it. One that
 * cannot be meant is a defect.
 *
 * @category operations
 * @since 0.1.0
 */
export const checkRemote = (options: RemoteOptions | undefined): Effect.Effect<void> =>
  Options.check(options, ofRemote)

/**
 * The service over a remote that is the authority, and what keeps it true. Lists, histories and
 * states are those known here: what commands confirmed and what the {@link Reconciler} observed.
 *
 * A command is sent at most once for each call. When nobody can tell what became of it, it fails with
 * `OutcomeUnknown`, and stays written down until a look at the edge tells. Interrupting a caller does
 * not stop a command that has left. Closing the service waits for the commands that have left, and lets
 * no other leave.
 *
 * It counts in Effect's metrics: `kith_remote_commands` by `outcome`, the tag of the receipt or of the
 * error, and `kith_remote_observed_events`, what was found to have happened on the remote.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerRemote = (
  options?: RemoteOptions,
): Layer.Layer<
  Relationships | Reconciler,
  never,
  RelationshipRemote | RelationshipStore | Journal
> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const store = yield* RelationshipStore
      const { reconciler, relationships } = yield* remotes.make(
        yield* RelationshipRemote,
        store,
        yield* Journal,
        options,
      )
      return Context.make(Reconciler, reconciler).pipe(
        Context.add(Relationships, { ...relationships, ...queries.make(store) }),
      )
    }),
  )

/**
 * Adds a span to each call of `execute` and `executeAll`, such as `Relationships.execute` with the
 * command's name and edge. A span costs a few microseconds, more than a command in memory, and so it
 * is a layer of its own.
 *
 * @category layers
 * @since 0.1.0
 */
export const layerTraced: Layer.Layer<Relationships, never, Relationships> = Layer.effect(
  Relationships,
  Effect.map(Relationships, (service) =>
    Relationships.of({
      ...service,
      execute: (command, options) =>
        Effect.withSpan(service.execute(command, options), "Relationships.execute", {
          attributes: { command: command._tag, source: command.source, target: command.target },
        }),
      executeAll: (list) =>
        Effect.withSpan(service.executeAll(list), "Relationships.executeAll", {
          attributes: { commands: list.length },
        }),
    }),
  ),
)
