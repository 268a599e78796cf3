/**
 * What is read from a file or from the standard input, as far as it has to be looked at to tell what
 * it is, and then as lines.
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createReadStream } from "node:fs"
import { stat } from "node:fs/promises"
import type { Failure } from "../Failure.ts"
import * as Explanation from "./Explanation.ts"

/** No line of an export comes near it, and a file without lines is not read to its end. */
const longestLine = 1_048_576
const lineFeed = 10

/**
 * - `name`: what the input is called.
 * - `firstLine`: that has something on it, without its end; what there is of it when it is too long.
 * - `size`: in bytes, where that is known.
 * - `read`: how many bytes have been read so far.
 * - `chunks`: all of it, from the beginning; it can be read once.
 */
export interface Input {
  readonly name: string
  readonly firstLine: string
  readonly size: number | undefined
  readonly read: () => number
  readonly chunks: AsyncIterable<Uint8Array>
}

const unreadable = (name: string) => (error: unknown) => Explanation.fromSystem("read", name, error)

/** @param file `-` for the standard input */
export const open = (file: string): Effect.Effect<Input, Failure> => {
  const name = file === "-" ? "the standard input" : file
  return Effect.tryPromise({
    try: async () => {
      const size = file === "-" ? undefined : (await stat(file)).size
      const source: AsyncIterable<Uint8Array> =
        file === "-" ? process.stdin : createReadStream(file)
      const iterator = source[Symbol.asyncIterator]()
      let read = 0
      const head: Array<Uint8Array> = []
      let next = await iterator.next()
      while (next.done !== true) {
        head.push(next.value)
        read += next.value.length
        if (next.value.includes(lineFeed) || read > longestLine) break
        next = await iterator.next()
      }
      const [firstLine = ""] = Buffer.concat(head).toString("utf8").trimStart().split("\n", 1)
      const chunks = async function* () {
        yield* head.splice(0)
        for (;;) {
          next = await iterator.next()
          if (next.done === true) return
          read += next.value.length
          yield next.value
        }
      }
      return { name, firstLine, size, read: () => read, chunks: chunks() }
    },
    catch: unreadable(name),
  })
}

const linesOf = async function* (chunks: AsyncIterable<Uint8Array>, isEndNeeded: boolean) {
  const decoder = new TextDecoder("utf-8")
  let rest = ""
  for await (const chunk of chunks) {
    const texts = (rest + decoder.decode(chunk, { stream: true })).split("\n")
    rest = texts.pop() ?? ""
    if (rest.length > longestLine) throw new RangeError("too long")
    if (Arr.isArrayNonEmpty(texts)) yield texts
  }
  if (rest !== "" && !isEndNeeded) yield Arr.of(rest)
}

const streamOf = ({ chunks, name }: Input, isEndNeeded: boolean): Stream.Stream<string, Failure> =>
  Stream.fromAsyncIterable(linesOf(chunks, isEndNeeded), (error) =>
    error instanceof RangeError
      ? Explanation.fromFile(`${name} has a line that is too long; it is no export of kith`)
      : unreadable(name)(error),
  ).pipe(Stream.flattenArray)

/** The lines of an input, without their ends; the last one also when it has no end. */
export const lines = (input: Input): Stream.Stream<string, Failure> => streamOf(input, false)

/** The lines of an input that have their ends. */
export const wholeLines = (input: Input): Stream.Stream<string, Failure> => streamOf(input, true)

/** All of an input at once, of no more than so many bytes. */
export const whole = ({ chunks, name }: Input, max: number): Effect.Effect<Uint8Array, Failure> =>
  Effect.tryPromise({
    try: async () => {
      const all: Array<Uint8Array> = []
      let size = 0
      for await (const chunk of chunks) {
        size += chunk.length
        if (size > max) return undefined
        all.push(chunk)
      }
      return Buffer.concat(all)
    },
    catch: unreadable(name),
  }).pipe(
    Effect.flatMap((bytes) =>
      bytes === undefined
        ? Effect.fail(Explanation.fromFile(`${name} is too large for a world file`))
        : Effect.succeed(bytes),
    ),
  )
