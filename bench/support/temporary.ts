/** Places on the disk that are gone when the process is. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Removes a folder when this process ends, whoever made it. */
export const removeAtExit = (path: string): void => {
  process.once("exit", () => rmSync(path, { recursive: true, force: true }))
}

/** A new folder. What is durable has to be on a real disk: `TMPDIR` moves it to another one. */
export const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "kith-bench-"))
  removeAtExit(path)
  return path
}
