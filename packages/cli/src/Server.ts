/** What `kith serve` does: reads the world, starts the sandbox, says how to begin. */
import { Examples, Sandbox } from "@kith/sandbox"
import * as Effect from "effect/Effect"
import * as Ending from "./Ending.ts"
import { detailsOf, type Failure, failed, misused } from "./Failure.ts"
import * as Screen from "./Screen.ts"
import * as Open from "./store/Open.ts"
import type * as StoreUrl from "./store/StoreUrl.ts"
import * as World from "./store/World.ts"
import * as WorldSource from "./WorldSource.ts"

export interface Options {
  readonly host: string
  readonly port: number
  readonly world: string | undefined
  readonly store: string
  readonly replace: boolean
  readonly publicUrl: ReadonlyArray<string>
  readonly allowRemoteControl: boolean
  readonly json: boolean
}

/** A URL that clients may sign for, with the path that a proxy takes away, if it has one. */
const toPublicUrl = (text: string): Effect.Effect<string, Failure> =>
  /^https?:$/.test(URL.parse(text)?.protocol ?? "")
    ? Effect.succeed(text)
    : Effect.fail(misused(`--public-url ${text}: expected a URL such as https://x.example.test`))

const loopbacks = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["[::]", "[::1]"],
])

/** Where this machine reaches a sandbox: "all addresses" is none to send a request to. */
export const reachedAt = (url: string): string => {
  const parsed = URL.parse(url)
  const loopback = loopbacks.get(parsed?.hostname ?? "")
  if (parsed === null || loopback === undefined) return url
  parsed.hostname = loopback
  return parsed.origin
}

const isLoopback = (host: string): boolean => /^(?:127\.|::1$|localhost$)/.test(host)

/** Where the world is, and whether it is the one of before. */
const whereabouts = (sandbox: Sandbox.Sandbox, url: StoreUrl.StoreUrl): string => {
  if (url._tag === "Memory") return "a new world, in memory: it ends with this process"
  const shown = Screen.plain(url.shown)
  return sandbox.resumed ? `the world found in ${shown}` : `a new world, kept in ${shown}`
}

const greeting = (sandbox: Sandbox.Sandbox, url: StoreUrl.StoreUrl): string => {
  const world = sandbox.control.world()
  const credentials = Examples.credentials(world)
  const at = reachedAt(sandbox.url)
  return [
    `kith sandbox ready on ${sandbox.url}`,
    whereabouts(sandbox, url),
    ...Examples.examples(world, at).flatMap(({ title, command }) => [
      "",
      Screen.paint("dim", `# ${title}`),
      command,
    ]),
    ...(credentials.length > 0 ? ["", Screen.paint("dim", "# For client libraries")] : []),
    ...credentials.map(([name, value]) => `${`${name}:`.padEnd(32)} ${value}`),
    "",
    `Pages: ${at}/ (how to begin), ${at}/sandbox/docs (every endpoint)`,
  ].join("\n")
}

/** Runs until it is interrupted. */
export const run = (options: Options): Effect.Effect<never, Failure> =>
  Effect.scoped(
    Effect.gen(function* () {
      const url = yield* Open.parse(options.store)
      const publicUrls = yield* Effect.forEach(options.publicUrl, toPublicUrl)
      const world = options.world === undefined ? undefined : yield* WorldSource.read(options.world)
      const filling = url._tag === "Memory" ? undefined : yield* World.filling(url, world)
      const sandbox = yield* Sandbox.make({
        host: options.host,
        port: options.port,
        world,
        storage: filling?.storage,
        replace: options.replace,
        publicUrls,
        remoteControl: options.allowRemoteControl,
      }).pipe(
        Effect.ensuring(filling?.done ?? Effect.void),
        Effect.mapError((error) => failed(Screen.oneLine(error.message), detailsOf(error))),
      )
      if (options.allowRemoteControl && !isLoopback(options.host)) {
        yield* Screen.note("kith: the control API is open to every machine that reaches this one")
      }
      yield* Screen.print(
        options.json
          ? JSON.stringify({ url: sandbox.url, store: url.shown, resumed: sandbox.resumed })
          : greeting(sandbox, url),
      )
      return yield* Ending.untilInterrupted(Effect.never)
    }),
  )
