/** The lines of an archive, and how they are held to what was written. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ArchiveError } from "../ArchiveError.ts"
import { EventId } from "../EventId.ts"

// What every runtime has that knows the web's interfaces, as far as it is used here.
declare const crypto: {
  readonly subtle: {
    readonly digest: (algorithm: "SHA-256", data: Uint8Array) => Promise<ArrayBuffer>
  }
}
declare const TextEncoder: new () => { readonly encode: (text: string) => Uint8Array }

/**
 * A place in an archive: so many events, up to this position of the store that they are of, with this
 * checksum over everything up to here.
 */
export interface Checkpoint {
  readonly count: number
  readonly position: number
  readonly sha256: string
}

/** How many events lie between two checkpoints at most. */
export const chunkSize = 1000

/** The first line of every archive. */
export const header = '{"kith":"archive","v":1}'

export const checkpointLine = (checkpoint: Checkpoint): string => JSON.stringify({ checkpoint })

export const endLine = (end: Checkpoint): string => JSON.stringify({ end })

const digest = (text: string): Effect.Effect<string> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))),
    (bytes) =>
      Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join(""),
  )

/** Where an archive begins: nothing but its first line. */
export const beginning: Effect.Effect<Checkpoint> = Effect.map(digest(header), (sha256) => ({
  count: 0,
  position: 0,
  sha256,
}))

/** The checkpoint behind some events; its checksum is over all that is before it. */
export const after = (
  before: Checkpoint,
  lines: ReadonlyArray<string>,
  position: number,
): Effect.Effect<Checkpoint> => {
  const count = before.count + lines.length
  return Effect.map(
    digest(`${before.sha256}\n${lines.join("\n")}\n${count} ${position}`),
    (sha256) => ({ count, position, sha256 }),
  )
}

/** Events that are what was written, and where in the archive they are. */
export interface Chunk {
  /** The number of the line of the first event. */
  readonly line: number
  readonly events: ReadonlyArray<string>
  readonly checkpoint: Checkpoint
  /** How many lines and characters the archive has up to and with the checkpoint's line. */
  readonly lines: number
  readonly characters: number
  /** Whether the archive ends here. */
  readonly isLast: boolean
}

interface State {
  readonly line: number
  readonly characters: number
  readonly begun: boolean
  readonly checkpoint: Checkpoint
  readonly events: Array<string>
  readonly ended: boolean
  /** The line that comes next. It waits until it is known whether another one follows. */
  readonly waiting: string | undefined
}

const decodeHeader = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Struct({ kith: Schema.Literal("archive"), v: Schema.Int })),
)

const parse = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))

const decodeCheckpoint = Schema.decodeUnknownResult(
  Schema.fromJsonString(
    Schema.Struct({
      checkpoint: Schema.Struct({
        count: Schema.Int,
        position: Schema.Int,
        sha256: Schema.String,
      }),
    }),
  ),
)

const decodeId = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Struct({ id: EventId })))

/** The id of the event in a line. */
export const idOf = (line: string): EventId | undefined => {
  const decoded = decodeId(line)
  return Result.isSuccess(decoded) ? decoded.success.id : undefined
}

const error = (reason: ArchiveError["reason"], line: number, what: string): ArchiveError =>
  new ArchiveError({ reason, line, what })

const altered = (line: number, from: number): ArchiveError =>
  error(
    "Damaged",
    line,
    `the lines ${from} to ${line} are not what was written; get the archive anew from where it was written`,
  )

const truncated = (line: number): ArchiveError =>
  error(
    "Truncated",
    line,
    "the archive ends here and is not complete; go on with the export, or get the rest of the file",
  )

/** Why a first line is not that of an archive that this code reads. */
const foreign = (line: string): ArchiveError => {
  const decoded = decodeHeader(line)
  return Result.isSuccess(decoded) && decoded.success.v > 1
    ? error(
        "NewerFormat",
        1,
        `the archive is of version ${decoded.success.v} and this code reads version 1; use newer code`,
      )
    : error("NotAnArchive", 1, `this is no archive: the first line of one is ${header}`)
}

type Stepped = Effect.Effect<readonly [State, Chunk | undefined], ArchiveError>

/** One line more. Gives the chunk that it ends. */
const step = (state: State, text: string, isLast: boolean): Stepped => {
  const line = state.line + 1
  const characters = state.characters + text.length + 1
  const next = { ...state, line, characters }
  const from = line - state.events.length
  const chunk = (
    checkpoint: Checkpoint,
    events: ReadonlyArray<string>,
    isLast: boolean,
  ): Chunk => ({
    line: from,
    events,
    checkpoint,
    lines: line,
    characters,
    isLast,
  })
  if (!state.begun) {
    if (text === header) {
      return Effect.succeed([{ ...next, begun: true }, chunk(state.checkpoint, [], false)])
    }
    return isLast && header.startsWith(text) ? truncated(line) : foreign(text)
  }
  if (state.ended) {
    // A file may end in more than one line break.
    return text === ""
      ? Effect.succeed([next, undefined])
      : error("Damaged", line, "there is something behind the archive's last line; remove it")
  }
  // A line that was cut off is no JSON. Nothing else is the matter with the file then.
  const wrong = Effect.suspend(() =>
    isLast && Result.isFailure(parse(text)) ? truncated(line) : altered(line, from),
  )
  if (text.startsWith('{"end":')) {
    return state.events.length > 0 || text !== endLine(state.checkpoint)
      ? wrong
      : Effect.succeed([{ ...next, ended: true }, chunk(state.checkpoint, [], true)])
  }
  if (text.startsWith('{"checkpoint":')) {
    const decoded = decodeCheckpoint(text)
    if (Result.isFailure(decoded)) return wrong
    const { position } = decoded.success.checkpoint
    return Effect.flatMap(after(state.checkpoint, state.events, position), (checkpoint): Stepped =>
      text === checkpointLine(checkpoint)
        ? Effect.succeed([
            { ...next, checkpoint, events: [] },
            chunk(checkpoint, state.events, false),
          ])
        : wrong,
    )
  }
  if (state.events.length >= chunkSize) return wrong
  state.events.push(text)
  return Effect.succeed([next, undefined])
}

const start = (checkpoint: Checkpoint): State => ({
  line: 0,
  characters: 0,
  begun: false,
  checkpoint,
  events: [],
  ended: false,
  waiting: undefined,
})

/**
 * Reads the lines of an archive, and gives its events a chunk at a time, once the chunk is known to
 * be what was written. The first chunk is the first line alone.
 */
export const verified = <E, R>(
  lines: Stream.Stream<string, E, R>,
): Stream.Stream<Chunk, ArchiveError | E, R> =>
  Stream.unwrap(
    Effect.map(beginning, (checkpoint) =>
      Stream.concat(lines, Stream.make(undefined)).pipe(
        Stream.mapAccumArrayEffect(
          () => start(checkpoint),
          Effect.fnUntraced(function* (before: State, texts: ReadonlyArray<string | undefined>) {
            let state = before
            // What is wrong comes in its turn: the chunks before it are what was written.
            const chunks: Array<Result.Result<Chunk, ArchiveError>> = []
            for (const text of texts) {
              const isEnd = text === undefined
              if (state.waiting !== undefined) {
                const stepped = yield* Effect.result(step(state, state.waiting, isEnd))
                if (Result.isFailure(stepped)) {
                  chunks.push(Result.fail(stepped.failure))
                  break
                }
                const [next, found] = stepped.success
                state = next
                if (found !== undefined) chunks.push(Result.succeed(found))
              }
              if (isEnd && !state.ended)
                chunks.push(Result.fail(truncated(Math.max(1, state.line))))
              state = { ...state, waiting: text }
            }
            return [state, chunks] as const
          }),
        ),
        Stream.mapEffect(Effect.fromResult),
      ),
    ),
  )
