/** `kith` in a folder of its own, on stores that outlive it. */
import { Command, Relationships, UserId } from "@kith/core"
import { MemoryDirectory } from "@kith/memory-adapter"
import { SqliteAdapter } from "@kith/sqlite-adapter"
import { Effect, Layer } from "effect"
import { type Ended, type Environment, type Followed, follow, kith } from "./cli.ts"

export const happycamper = "63046977"
export const twitterDev = "2244994945"
export const quietbirch = "1354143047324299264"
export const riverotter = "1203944556"

const ready = /^kith sandbox ready on (http:\/\/127\.0\.0\.1:\d+)\n(.*)\n/

export interface Served extends Followed {
  readonly url: string
  /** What it says of where its world is. */
  readonly whereabouts: string
  readonly execute: (tag: string, source: string, target: string, more?: object) => Promise<unknown>
  readonly state: (source: string, target: string) => Promise<unknown>
  /** Ends it as a person does. */
  readonly end: () => Promise<Ended>
}

export interface Place {
  readonly run: (...args: ReadonlyArray<string>) => Promise<Ended>
  readonly follow: (...args: ReadonlyArray<string>) => Followed
  readonly serve: (...args: ReadonlyArray<string>) => Promise<Served>
}

/** @param cwd where `./kith.db` is, when nobody says otherwise */
export const place = (cwd: string, env: Environment = {}): Place => ({
  run: (...args) => kith(args, env, cwd),
  follow: (...args) => follow(args, env, cwd),
  serve: async (...args) => {
    const process = follow(["serve", "--port", "0", ...args], env, cwd)
    const [, url = "", whereabouts = ""] = await process.shown(ready)
    return {
      ...process,
      url,
      whereabouts,
      execute: async (tag, source, target, more = {}) => {
        const answer = await fetch(`${url}/sandbox/commands`, {
          method: "POST",
          body: JSON.stringify({ command: { _tag: tag, source, target, ...more } }),
        })
        return await answer.json()
      },
      state: async (source, target) => {
        const { state } = Object(
          await (await fetch(`${url}/sandbox/relationships/${source}/${target}`)).json(),
        )
        return state
      },
      end: () => {
        process.child.kill("SIGINT")
        return process.ended
      },
    }
  },
})

/** Makes a file in which everybody of so many follows everybody else, and nothing else is. */
export const fill = (file: string, people: number): Promise<void> => {
  const users = Array.from({ length: people }, (_, index) => UserId.make(String(index + 1)))
  const service = Relationships.layerStore().pipe(
    Layer.provide(SqliteAdapter.layer({ file })),
    Layer.provide(MemoryDirectory.layer({ users: users.map((user) => [user]) })),
  )
  const commands = users.flatMap((source) =>
    users.filter((target) => target !== source).map((target) => Command.follow(source, target)),
  )
  return Effect.gen(function* () {
    const relationships = yield* Relationships.Relationships
    yield* Effect.forEach(commands, (command) => relationships.execute(command), {
      concurrency: "unbounded",
      discard: true,
    })
  }).pipe(Effect.provide(service), Effect.runPromise)
}
