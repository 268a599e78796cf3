/** Writes to the terminal: how wide it is, whether it takes colours, and how a table fits into it. */
import * as Effect from "effect/Effect"
import { styleText } from "node:util"

/** Columns of the terminal; of the environment where output goes elsewhere. */
export const width = (): number => {
  const told = Number(process.env["COLUMNS"])
  return process.stdout.columns ?? (Number.isInteger(told) && told > 0 ? told : 80)
}

export const write = (text: string): Effect.Effect<void> =>
  Effect.callback((resume) => {
    // The callback comes when the text has left: a slow reader holds the command back. Where it cannot
    // leave, the stream's error ends the process.
    process.stdout.write(text, (error) => {
      if (error == null) resume(Effect.void)
    })
  })

export const print = (text: string): Effect.Effect<void> => write(`${text}\n`)

/** For what is said beside the output proper. */
export const note = (text: string): Effect.Effect<void> =>
  Effect.sync(() => {
    process.stderr.write(`${text}\n`)
  })

type Style = Parameters<typeof styleText>[0]

/** Coloured on a terminal, unless `NO_COLOR` is set. */
export const paint = (style: Style, text: string): string =>
  styleText(style, text, { stream: process.stdout })

export const hasColours = (): boolean => paint("bold", "") !== ""

const controls = /\p{Cc}/gu

/** Text of a user, which might hold what a terminal takes for commands. */
export const plain = (text: string): string => text.replace(controls, " ")

/** The same on one line. */
export const oneLine = (text: string): string => plain(text).replaceAll(/\s+/g, " ").trim()

const segmenter = new Intl.Segmenter()

const cut = (text: string, columns: number): string => {
  const graphemes = Array.from(segmenter.segment(text), ({ segment }) => segment)
  return graphemes.length <= columns ? text : `${graphemes.slice(0, columns - 1).join("")}…`
}

const pad = (text: string, columns: number): string => {
  const length = Array.from(segmenter.segment(text)).length
  return text + " ".repeat(Math.max(0, columns - length))
}

/**
 * - `minimum`: the width of terminal from which on the column is shown.
 * - `columns`: its own width; what is longer is cut. The last column is never cut.
 */
export interface Column<A> {
  readonly title: string
  readonly columns: number
  readonly minimum?: number
  readonly style?: Style
  readonly text: (row: A) => string
}

/** A heading and a function from rows to lines, for a terminal of this width. */
export const table = <A>(
  all: ReadonlyArray<Column<A>>,
): { readonly heading: string; readonly line: (row: A) => string } => {
  const columns = all.filter(({ minimum }) => minimum === undefined || width() >= minimum)
  const line = (cell: (column: Column<A>) => string): string =>
    columns
      .map((column, index) => {
        const text =
          index === columns.length - 1
            ? cell(column)
            : pad(cut(cell(column), column.columns), column.columns)
        return column.style === undefined ? text : paint(column.style, text)
      })
      .join("  ")
      .trimEnd()
  return {
    heading: paint(
      "dim",
      line((column) => column.title),
    ),
    line: (row) => line((column) => column.text(row)),
  }
}
