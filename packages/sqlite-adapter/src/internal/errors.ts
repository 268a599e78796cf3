/** What SQLite reports, in the words of the port. */
import { StoreError } from "@kith/core"

type Reason = StoreError.StoreError["reason"]

/** What was read makes no sense. */
export class Damaged extends Error {
  override readonly name = "Damaged"
}

/** Primary result codes; see https://sqlite.org/rescode.html. */
const codes = {
  busy: 5,
  locked: 6,
  outOfMemory: 7,
  readOnly: 8,
  inputOutput: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  schema: 17,
  constraint: 19,
  notADatabase: 26,
} as const

/** The shared memory beside the file could not grow, which is what a full disk looks like there. */
const sharedMemorySize = 4874

/** The result code of an error of SQLite, with its details; undefined for any other error. */
const codeOf = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined
  return typeof error.errcode === "number" ? error.errcode : undefined
}

/** Whether somebody else had the lock, so that the same will do in a moment. */
export const isBusy = (error: unknown): boolean => {
  const code = (codeOf(error) ?? 0) & 0xff
  return code === codes.busy || code === codes.locked
}

/** Whether what was read is not what was written. */
export const isDamage = (error: unknown): boolean => {
  const code = (codeOf(error) ?? 0) & 0xff
  return error instanceof Damaged || code === codes.corrupt || code === codes.notADatabase
}

const explain = (code: number): readonly [reason: Reason, message: string] => {
  if (code === sharedMemorySize) return ["Full", "the disk is full; make room and try again"]
  switch (code & 0xff) {
    case codes.busy:
    case codes.locked:
      return ["Unavailable", "another process kept the file locked; try again"]
    case codes.full:
      return ["Full", "there is no room for more; make room on the disk and try again"]
    case codes.readOnly:
      return ["ReadOnly", "the file may not be written; check its mode and that of its folder"]
    case codes.corrupt:
    case codes.notADatabase:
    case codes.constraint:
      return ["Corrupt", "the file is damaged; restore a backup of it"]
    case codes.cannotOpen:
      return ["Unavailable", "the file cannot be opened; check that its folder may be used"]
    case codes.inputOutput:
      return ["Unavailable", "the disk failed; check it and try again"]
    default:
      return ["Unavailable", "SQLite failed in a way that the store does not explain; try again"]
  }
}

/** What the file system reports, before SQLite has the file. */
const explainFile = (error: unknown): readonly [reason: Reason, message: string] | undefined => {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "ENOSPC":
    case "EDQUOT":
      return ["Full", "the disk is full; make room and try again"]
    case "EROFS":
      return ["ReadOnly", "the disk may not be written; choose another place"]
    case "EACCES":
    case "EPERM":
      return ["ReadOnly", "this user may not open the file; check its mode and that of its folder"]
    case "ENOTDIR":
      return ["Unavailable", "a part of this path is a file and no folder; choose another place"]
    default:
      return undefined
  }
}

/** The typed error for whatever was thrown, which stays its cause. */
export const toStoreError = (file: string, cause: unknown): StoreError.StoreError => {
  if (cause instanceof StoreError.StoreError) return cause
  if (cause instanceof Damaged) return corrupt(file, `${cause.message}; restore a backup`, cause)
  const [reason, message] = explainFile(cause) ?? explain(codeOf(cause) ?? 0)
  return new StoreError.StoreError({ reason, message: `${file}: ${message}`, cause })
}

export const corrupt = (file: string, message: string, cause?: unknown): StoreError.StoreError =>
  new StoreError.StoreError({
    reason: "Corrupt",
    message: `${file}: ${message}`,
    ...(cause === undefined ? {} : { cause }),
  })
