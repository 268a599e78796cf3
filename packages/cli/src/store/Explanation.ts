/** What failed of a store, as one line for a person at a terminal. */
import type { StoreError } from "@kith/core"
import { type Failure, failed } from "../Failure.ts"
import * as Screen from "../Screen.ts"

export const fromStore = ({ message }: StoreError.StoreError): Failure =>
  failed(Screen.oneLine(message))

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "the permissions do not allow it",
  EPERM: "the permissions do not allow it",
  EEXIST: "it is there already",
  EISDIR: "it is a directory",
  ENOTDIR: "a part of its path is no directory",
  ENOSPC: "there is no space left",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
}

/** @param what what was tried, such as `read the world file` */
export const fromSystem = (what: string, file: string, error: unknown): Failure => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error"
  return failed(`cannot ${what} ${Screen.plain(file)}: ${reasons[code] ?? code}`)
}
