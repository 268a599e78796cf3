/** Help that fits into the terminal: paragraphs are filled, and what is said of a flag stays beside it. */
import { stripVTControlCharacters } from "node:util"

/** Longer lines are hard to read, however wide the terminal. */
const longest = 100
/** Less room than this beside a term is none. */
const narrowest = 20

const lengthOf = (text: string): number => stripVTControlCharacters(text).length

const indentation = /^ */
/** A term and what is said of it, with blanks between. */
const term = /^( +\S.*? {2,})(\S.*)$/

const wrap = (text: string, columns: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`
    if (line !== "" && lengthOf(longer) > columns) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}

/** A line with the words behind the first ones on lines of their own, below them. */
const fitLine = (line: string, columns: number): ReadonlyArray<string> => {
  if (lengthOf(line) <= columns) return [line]
  const [, before = indentation.exec(line)?.[0] ?? ""] = term.exec(line) ?? []
  const room = columns - lengthOf(before)
  if (room < narrowest) return [line]
  const [first = "", ...rest] = wrap(line.slice(before.length), room)
  return [before + first, ...rest.map((text) => " ".repeat(lengthOf(before)) + text)]
}

const isProse = (line: string): boolean => /^ {2}\S/.test(line)

/** The lines of each paragraph of the description, which comes first, as one. */
const joined = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const end = lines.indexOf("")
  const out: Array<string> = []
  for (const [index, line] of lines.entries()) {
    const before = out.at(-1)
    if (index < end && before !== undefined && isProse(before) && isProse(line)) {
      out[out.length - 1] = `${before} ${line.trimStart()}`
    } else out.push(line.trimEnd())
  }
  return out
}

/** @param columns of the terminal */
export const fit = (text: string, columns: number): string =>
  joined(text.split("\n"))
    .flatMap((line) => fitLine(line, Math.min(columns, longest)))
    .join("\n")
