/**
 * Reads JSON that people wrote: a mistake is told with its line and column, and a member that is
 * there twice is a mistake.
 *
 * `JSON.parse` does the work; this module looks for what it does not tell.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Mistake from "./Mistake.ts"

/**
 * - `line`, `column`: counted from 1; columns count UTF-16 units.
 *
 * @category errors
 * @since 0.1.0
 */
export interface Malformed {
  readonly line: number
  readonly column: number
  readonly message: string
}

interface Fault {
  readonly offset: number
  readonly message: string
}

/** Deeper documents than any that is read here; it bounds what a hostile one can cost. */
const maxDepth = 64

const token = {
  space: /[ \t\n\r]*/y,
  string: /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
  scalar: /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y,
}

/** The end of a token that begins at an offset, or -1. */
const match = (pattern: RegExp, text: string, offset: number): number => {
  pattern.lastIndex = offset
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** The open objects, with the members that each has had, and the open arrays. */
type Frame = { readonly close: "}"; readonly members: Set<string> } | { readonly close: "]" }

type Expected = "value" | "value or ]" | "member" | "member or }" | "comma"

const name = (character: string | undefined): string =>
  character === undefined ? "the end of the text" : JSON.stringify(character)

/** The first fault of a text; `undefined` for a good one. */
const findFault = (text: string): Fault | undefined => {
  const frames: Array<Frame> = []
  let expected: Expected = "value"
  let offset = match(token.space, text, 0)
  const skip = (end: number) => {
    offset = match(token.space, text, end)
  }
  const fault = (wanted: string): Fault => ({
    offset,
    message: `expected ${wanted}, found ${name(text[offset])}`,
  })
  for (;;) {
    const frame: Frame | undefined = frames.at(-1)
    const character = text[offset]
    if (expected === "comma") {
      if (frame === undefined) {
        return character === undefined ? undefined : fault("the end of the text")
      }
      if (character === frame.close) {
        frames.pop()
        skip(offset + 1)
        continue
      }
      if (character !== ",") return fault(`"," or "${frame.close}"`)
      skip(offset + 1)
      expected = frame.close === "}" ? "member" : "value"
      continue
    }
    if (expected === "member" || expected === "member or }") {
      if (expected === "member or }" && character === "}") {
        expected = "comma"
        continue
      }
      const end = match(token.string, text, offset)
      if (end < 0)
        return fault(expected === "member" ? "a member's name" : `a member's name or "}"`)
      const member: unknown = JSON.parse(text.slice(offset, end))
      if (frame?.close === "}" && typeof member === "string") {
        if (frame.members.has(member)) {
          return { offset, message: `the member ${JSON.stringify(member)} is here twice` }
        }
        frame.members.add(member)
      }
      skip(end)
      if (text[offset] !== ":") return fault(`":"`)
      skip(offset + 1)
      expected = "value"
      continue
    }
    if (character === "]" && expected === "value or ]") {
      expected = "comma"
      continue
    }
    if (character === "{" || character === "[") {
      if (frames.length === maxDepth) return { offset, message: "too deeply nested" }
      frames.push(character === "{" ? { close: "}", members: new Set() } : { close: "]" })
      skip(offset + 1)
      expected = character === "{" ? "member or }" : "value or ]"
      continue
    }
    const end = Math.max(match(token.string, text, offset), match(token.scalar, text, offset))
    if (end < 0) return fault("a value")
    skip(end)
    expected = "comma"
  }
}

const locate = (text: string, { offset, message }: Fault): Malformed => {
  const before = text.slice(0, offset).split("\n")
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message }
}

/**
 * The value of a JSON text.
 *
 * @category operations
 * @since 0.1.0
 */
export const parse = (text: string): Result.Result<unknown, Malformed> => {
  const fault = findFault(text)
  return fault === undefined
    ? Result.try({
        try: (): unknown => JSON.parse(text),
        catch: () => locate(text, { offset: 0, message: "not JSON" }),
      })
    : Result.fail(locate(text, fault))
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/**
 * The value of the bytes of a JSON text. Bytes that are not UTF-8, or not JSON, are one mistake,
 * with line and column where there are any.
 *
 * @category operations
 * @since 0.1.0
 */
export const parseBytes = (
  bytes: Uint8Array,
): Result.Result<unknown, ReadonlyArray<Mistake.Mistake>> =>
  Result.flatMap(
    Result.try({
      try: () => utf8.decode(bytes),
      catch: () => [Mistake.at([], "the bytes are not UTF-8")],
    }),
    (text) =>
      Result.mapError(parse(text), ({ line, column, message }) => [
        Mistake.at([], `not JSON: line ${line}, column ${column}: ${message}`),
      ]),
  )
