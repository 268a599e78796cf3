/**
 * A whole history as text: to carry it from one store to any other, and to keep it.
 *
 * An archive is made of lines, each of them JSON. The first one says that it is an archive. Then come
 * the events in the order of the log, one a line, as {@link EventCodec} writes them. Behind every
 * 1,000 of them, and behind the last, there is a checkpoint: how many events and up to which position
 * there were, and a SHA-256 checksum over everything before. The last line says that nothing is
 * missing:
 *
 * ```json
 * {"kith":"archive","v":1}
 * {"position":1,"id":"…","source":"1","target":"2","version":1,…}
 * {"checkpoint":{"count":1,"position":1,"sha256":"…"}}
 * {"end":{"count":1,"position":1,"sha256":"…"}}
 * ```
 *
 * Events keep their ids, times, command, correlation and causation ids, actors and provenance.
 * Positions are those of the new store, and so are the versions of edges that were erased. Command
 * ids are not remembered as such: a command is not repeated on another store.
 *
 * Both directions are streams that hold one chunk in memory, however long the history is.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { ArchiveError } from "./ArchiveError.ts"
import * as EventCodec from "./EventCodec.ts"
import type { EventId } from "./EventId.ts"
import * as importing from "./internal/archiveImport.ts"
import * as format from "./internal/archiveLines.ts"
import { RelationshipStore } from "./RelationshipStore.ts"
import type { StoreError } from "./StoreError.ts"

/**
 * A place in an archive: so many events, up to this position of the store that they are of, with this
 * checksum over everything up to here.
 *
 * @category models
 * @since 0.1.0
 */
export type Checkpoint = format.Checkpoint

/**
 * How much of an archive is whole, and how to go on from there.
 *
 * - `lines`, `characters`: what is whole, line breaks of one character included; cut the file there
 *   and write on. An archive has no characters but ASCII.
 * - `isComplete`: nothing is missing.
 * - `last`: the last of its events; absent when there are none.
 *
 * @category models
 * @since 0.1.0
 */
export interface Resumption {
  readonly lines: number
  readonly characters: number
  readonly isComplete: boolean
  readonly checkpoint: Checkpoint
  readonly last?: EventId | undefined
}

/**
 * How far an import is: `done` events of the archive are in the store, of which `present` were there
 * before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Progress {
  readonly done: number
  readonly present: number
}

/**
 * - `codec`: how events are written and read; {@link EventCodec} as it is unless told.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly codec?: EventCodec.EventCodec | undefined
}

/**
 * - `resume`: where an archive that was interrupted goes on; see {@link resumption}.
 *
 * @category models
 * @since 0.1.0
 */
export interface WriteOptions extends Options {
  readonly resume?: Resumption | undefined
}

const codecOf = (options: Options | undefined): Effect.Effect<EventCodec.EventCodec> =>
  options?.codec === undefined
    ? Effect.orDie(Effect.fromResult(EventCodec.make(EventCodec.currentVersions, EventCodec.steps)))
    : Effect.succeed(options.codec)

/** Fails unless the store has the last event of an archive that is to go on. */
const sameStore = (
  store: RelationshipStore["Service"],
  { checkpoint, last, lines }: Resumption,
): Effect.Effect<void, ArchiveError | StoreError> =>
  last === undefined
    ? Effect.void
    : Effect.flatMap(store.log(checkpoint.position - 1, 1), ([event]) =>
        event?.id === last
          ? Effect.void
          : new ArchiveError({
              reason: "OtherStore",
              line: lines,
              what: `the store does not have the archive's last event, ${last}: it is another store, or the event was erased since; begin a new archive`,
            }),
      )

/** What was read of a chunk that is not full yet. */
interface Writing {
  readonly checkpoint: Checkpoint
  readonly pending: ReadonlyArray<string>
  readonly position: number
}

/**
 * The lines of an archive of everything that a store holds, without line breaks. What is committed
 * meanwhile may be in it; all that was committed before is.
 *
 * @category constructors
 * @since 0.1.0
 */
export const write = (
  options?: WriteOptions,
): Stream.Stream<string, ArchiveError | StoreError, RelationshipStore> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const store = yield* RelationshipStore
      const codec = yield* codecOf(options)
      const begun = yield* Clock.currentTimeMillis
      const resume = options?.resume
      if (resume?.isComplete === true) return Stream.empty
      if (resume !== undefined) yield* sameStore(store, resume)
      const checkpoint = resume?.checkpoint ?? (yield* format.beginning)
      const first: Writing = { checkpoint, pending: [], position: checkpoint.position }
      const lines = Stream.paginate(
        first,
        Effect.fnUntraced(function* ({ checkpoint, pending, position }: Writing) {
          const limit = format.chunkSize - pending.length
          const events = yield* store.log(position, limit)
          const last = events.at(-1)
          const fresh = events.map((event) => JSON.stringify(codec.encode(event)))
          const chunk = [...pending, ...fresh]
          const at = last?.position ?? position
          // Under a steady stream of commands the log has always something more.
          const isEnd = last === undefined || (events.length < limit && last.time >= begun)
          if (!isEnd && events.length < limit) {
            return [fresh, Option.some({ checkpoint, pending: chunk, position: at })]
          }
          const next = chunk.length === 0 ? checkpoint : yield* format.after(checkpoint, chunk, at)
          const marks = chunk.length === 0 ? [] : [format.checkpointLine(next)]
          return isEnd
            ? [[...fresh, ...marks, format.endLine(next)], Option.none()]
            : [[...fresh, ...marks], Option.some({ checkpoint: next, pending: [], position: at })]
        }),
      )
      return resume === undefined ? Stream.concat(Stream.make(format.header), lines) : lines
    }),
  )

/**
 * Brings an archive into a store: into an empty one, or into one that holds the beginning of the same
 * archive already, such as after an interruption. Nothing else may write to the store meanwhile.
 *
 * A chunk of the archive is imported when it is known to be what was written, and not before.
 *
 * @category operations
 * @since 0.1.0
 */
export const read = <E, R>(
  lines: Stream.Stream<string, E, R>,
  options?: Options,
): Stream.Stream<Progress, ArchiveError | StoreError | E, RelationshipStore | R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const store = yield* RelationshipStore
      const codec = yield* codecOf(options)
      const bring = importing.importer(store)
      let present = 0
      return Stream.mapEffect(
        format.verified(lines),
        Effect.fnUntraced(function* (chunk) {
          const events = yield* importing.decode(codec, chunk)
          present += yield* bring(events, chunk.line)
          return { done: chunk.checkpoint.count, present }
        }),
      )
    }),
  )

/**
 * Finds out how much of an archive is whole, so that an export that was interrupted can go on.
 * `undefined` when there is not even a first line.
 *
 * Fails when a line is not what was written: such an archive is damaged, and not just cut off.
 *
 * @category operations
 * @since 0.1.0
 */
export const resumption = <E, R>(
  lines: Stream.Stream<string, E, R>,
): Effect.Effect<Resumption | undefined, ArchiveError | E, R> =>
  Effect.gen(function* () {
    let whole: Resumption | undefined
    yield* format.verified(lines).pipe(
      Stream.runForEach(({ characters, checkpoint, events, isLast, lines }) =>
        Effect.sync(() => {
          const last = events.at(-1)
          whole = {
            lines,
            characters,
            isComplete: isLast,
            checkpoint,
            last: last === undefined ? whole?.last : format.idOf(last),
          }
        }),
      ),
      Effect.catchIf(
        (error) => error instanceof ArchiveError && error.reason === "Truncated",
        () => Effect.void,
      ),
    )
    return whole
  })
