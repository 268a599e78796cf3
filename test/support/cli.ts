/** The command `kith` as people run it: a process of its own, its output and its exit code. */
import { type ChildProcessWithoutNullStreams, fork, spawn } from "node:child_process"
import { expect } from "vitest"

export const main = new URL("../../packages/cli/src/main.ts", import.meta.url).pathname

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export type Environment = Readonly<Record<string, string>>

/** A test that has no folder of its own keeps nothing, unless it names a store. */
const start = (
  args: ReadonlyArray<string>,
  env: Environment,
  cwd?: string,
): ChildProcessWithoutNullStreams =>
  spawn(process.execPath, [main, ...args], {
    cwd,
    env: {
      PATH: process.env["PATH"],
      ...(cwd === undefined ? { KITH_STORE: "memory" } : {}),
      ...env,
    },
    stdio: ["pipe", "pipe", "pipe"],
  })

export const collect = (child: ChildProcessWithoutNullStreams): Promise<Ended> => {
  let out = ""
  let err = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text))
  // Whoever has ended reads no more.
  child.stdin.on("error", () => undefined)
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, out, err }))
  })
}

/** Runs it to its end, with nothing to read. */
export const kith = (
  args: ReadonlyArray<string>,
  env: Environment = {},
  cwd?: string,
): Promise<Ended> => {
  const child = start(args, env, cwd)
  child.stdin.end()
  return collect(child)
}

export interface Runner {
  /** Carries a command line out as `kith` does, when those before it have ended. */
  readonly run: typeof kith
  readonly end: () => void
}

/** One process for many command lines, for tests of what they say. It has no folder of its own. */
export const runner = (): Runner => {
  const child = fork(new URL("cli-runner.ts", import.meta.url), { execArgv: [] })
  let last: Promise<unknown> = Promise.resolve()
  const ask = (args: ReadonlyArray<string>, env?: Environment): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const failed = (code: number | null) => reject(new Error(`the runner ended with ${code}`))
      child.once("exit", failed)
      child.once("message", (ended: Ended) => {
        child.off("exit", failed)
        resolve(ended)
      })
      child.send({ args, env: { KITH_STORE: "memory", ...env } })
    })
  return {
    run: (args, env) => {
      const asked = last.then(() => ask(args, env))
      last = asked.catch(() => undefined)
      return asked
    },
    end: () => child.disconnect(),
  }
}

export interface Followed {
  readonly child: ChildProcessWithoutNullStreams
  /** Resolves with the match once the output or what is said beside it has one. */
  readonly shown: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly ended: Promise<Ended>
}

/** A process whose output can be waited for, and that waits for its input. */
export const follow = (
  args: ReadonlyArray<string>,
  env: Environment = {},
  cwd?: string,
): Followed => {
  const child = start(args, env, cwd)
  const texts = new Map([child.stdout, child.stderr].map((stream) => [stream, ""]))
  const waiting = new Set<() => void>()
  for (const stream of texts.keys()) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      texts.set(stream, (texts.get(stream) ?? "") + chunk)
      for (const look of waiting) look()
    })
  }
  const shown = (pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = () => {
        for (const text of texts.values()) {
          const found = pattern.exec(text)
          if (found === null) continue
          waiting.delete(look)
          return resolve(found)
        }
      }
      waiting.add(look)
      child.once("close", () =>
        reject(new Error(`ended without ${pattern.source}: ${[...texts.values()].join("\n")}`)),
      )
      look()
    })
  return { child, shown, ended: collect(child) }
}

export const ready = /^kith sandbox ready on (http:\/\/127\.0\.0\.1:\d+)\n/

/** A sandbox on any free port, once it is ready. */
export const serve = async (
  ...args: ReadonlyArray<string>
): Promise<Followed & { readonly url: string }> => {
  const process = follow(["serve", "--port", "0", ...args])
  return { ...process, url: (await process.shown(ready))[1] ?? "" }
}

/** What is said to a person: with the name of the command before it, and nothing of the machine in it. */
export const complaint = (ended: Ended): string => {
  expect(ended.out).toBe("")
  expect(ended.err).not.toMatch(/\n\s+at |\.ts:\d|node:internal/)
  return ended.err
}
