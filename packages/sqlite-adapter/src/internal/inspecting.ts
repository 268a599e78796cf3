/**
 * Whether a file of ours is whole, and as this program makes it: its version, its tables, its size.
 *
 * Nothing here writes.
 */
import { existsSync, statSync } from "node:fs"
import { Connection } from "./Connection.ts"
import { corrupt, Damaged } from "./errors.ts"
import { prefixes, versions } from "./schema.ts"
import { number, text } from "./values.ts"

const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

/** Whether all there is is in the file itself, which nobody is about to change. */
export const restsAt = (file: string): boolean =>
  size(`${file}-wal`) === 0 && !existsSync(`${file}-journal`)

export const newest = versions.length

export const versionOf = (connection: Connection): number =>
  number(connection.value("PRAGMA user_version"))

/** The tables and their columns, in one text. */
const shapeOf = (connection: Connection): string =>
  text(
    connection.value(`
      SELECT group_concat(shape, '; ') FROM (
        SELECT t.name || ': ' || group_concat(c.name, ', ') AS shape
        FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND substr(t.name, 1, 5) NOT IN ('${prefixes.next}', '${prefixes.gone}')
        GROUP BY t.name)`),
  )

/** The shape that a version has when it is made anew. */
const intended = (version: number): string => {
  const model = new Connection(":memory:")
  try {
    model.database.exec(versions.slice(0, version).join("\n"))
    return shapeOf(model)
  } finally {
    model.close()
  }
}

/** Files up to this size are looked through when they are opened: it takes a moment. */
const smallFile = 16 * 2 ** 20

/** Refuses what newer code has made, and what is not as this code made it. */
export const inspect = (connection: Connection): void => {
  const { file } = connection
  const version = versionOf(connection)
  if (version > newest) {
    throw corrupt(
      file,
      `the file has version ${version}, and this program knows ${newest}; use a newer program`,
    )
  }
  if (shapeOf(connection) !== intended(version)) {
    throw corrupt(file, "the tables are not those of this program; restore a backup of the file")
  }
  const bytes =
    number(connection.value("PRAGMA page_count")) * number(connection.value("PRAGMA page_size"))
  // What is missing may be in the log beside it, where there is one.
  if (restsAt(file) && size(file) < bytes) {
    throw corrupt(file, "the file is damaged, its end is missing; restore a backup of it")
  }
  if (bytes > smallFile) return
  const found = connection.value("PRAGMA quick_check(1)")
  if (found !== "ok") {
    throw corrupt(file, "the file is damaged; restore a backup of it", new Damaged(text(found)))
  }
}
