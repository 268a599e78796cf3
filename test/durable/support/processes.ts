/** Workers as their parent sees them: begun, listened to, killed. */
import { Schema } from "effect"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll } from "vitest"
import { Line, type Task, taskVariable } from "./lines.ts"

const program = fileURLToPath(new URL("worker.ts", import.meta.url))

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(Line))

/** A process. `lines` are those that came; `ended` is the signal that ended it, or its exit code. */
export interface Worker {
  readonly lines: ReadonlyArray<Line>
  /** Waits for a line such as this, which may have come before; fails when the process ends without. */
  readonly until: (isIt: (line: Line) => boolean) => Promise<void>
  /** Tells one that waits to begin. */
  readonly tell: () => void
  readonly kill: () => void
  readonly ended: Promise<string>
}

/** Begins workers, whose code is compiled once for all of them. None of them is left at the end. */
export const makeOffice = (): ((task: Task) => Worker) => {
  const folder = mkdtempSync(join(tmpdir(), "kith-workers-"))
  const workers = new Set<Worker>()
  afterAll(async () => {
    for (const worker of workers) worker.kill()
    await Promise.all(Array.from(workers, (worker) => worker.ended))
    rmSync(folder, { recursive: true })
  })
  return (task) => {
    const worker = begin(task, folder)
    workers.add(worker)
    void worker.ended.then(() => workers.delete(worker))
    return worker
  }
}

const begin = (task: Task, folder: string): Worker => {
  const child = spawn(process.execPath, [program], {
    stdio: ["pipe", "pipe", "pipe"],
    // Not an argument, which everybody on the machine could read: a place may have a password.
    env: { ...process.env, NODE_COMPILE_CACHE: folder, [taskVariable]: JSON.stringify(task) },
  })
  const lines: Array<Line> = []
  const waiting = new Set<(line: Line | undefined) => void>()
  let errors = ""
  let rest = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const pieces = (rest + text).split("\n")
    rest = pieces.pop() ?? ""
    for (const piece of pieces) {
      const line = decode(piece)
      lines.push(line)
      for (const look of waiting) look(line)
    }
  })
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text
  })
  // It may be dead when it is told something.
  child.stdin.on("error", () => undefined)
  const ended = new Promise<string>((resolve) => {
    child.once("close", (code, signal) => {
      for (const look of waiting) look(undefined)
      resolve(signal ?? `${code} ${errors}`.trim())
    })
  })
  return {
    lines,
    until: (isIt) =>
      new Promise((resolve, reject) => {
        const look = (line: Line | undefined): void => {
          if (line !== undefined && !isIt(line)) return
          waiting.delete(look)
          if (line === undefined)
            reject(new Error(`the process ended before it said so: ${errors}`))
          else resolve()
        }
        const come = lines.find(isIt)
        if (come !== undefined) return resolve()
        if (child.exitCode !== null || child.signalCode !== null) return look(undefined)
        waiting.add(look)
      }),
    tell: () => child.stdin.write("go"),
    kill: () => child.kill("SIGKILL"),
    ended,
  }
}
