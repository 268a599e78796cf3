/** What `kith serve` does: reads the world, starts the sandbox, says how to begin. */
import { Examples, Sandbox, type World, WorldFile } from "@kith/sandbox"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { readFile } from "node:fs/promises"
import * as Ending from "./Ending.ts"
import { type Failure, failed, misused } from "./Failure.ts"
import * as Screen from "./Screen.ts"

export interface Options {
  readonly host: string
  readonly port: number
  readonly world: string | undefined
  readonly store: string
  readonly publicUrl: ReadonlyArray<string>
  readonly allowRemoteControl: boolean
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "reading it is not allowed",
  EISDIR: "it is a directory",
}

const unreadable = (file: string, error: unknown): Failure => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error"
  return failed(`cannot read the world file ${file}: ${reasons[code] ?? code}`)
}

const readWorld = (file: string): Effect.Effect<World.World, Failure> =>
  Effect.tryPromise({
    try: () => readFile(file),
    catch: (error) => unreadable(file, error),
  }).pipe(
    Effect.flatMap((bytes) =>
      Effect.fromResult(
        Result.mapError(WorldFile.parse(bytes), (mistakes) =>
          failed(mistakes.map((mistake) => `${file}: ${WorldFile.explain(mistake)}`).join("\n")),
        ),
      ),
    ),
  )

const checkStore = (store: string): Effect.Effect<void, Failure> =>
  store === "memory"
    ? Effect.void
    : Effect.fail(
        misused(
          /^(?:sqlite:|postgres(?:ql)?:)/.test(store)
            ? `the store ${store.replace(/:.*/s, "")} is not there yet; leave --store out to keep relationships in memory`
            : "unknown store; leave --store out to keep relationships in memory",
        ),
      )

/** An origin, which is all of a URL that a signature base string takes from it. */
const toOrigin = (text: string): Effect.Effect<string, Failure> => {
  const url = URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol)
    ? Effect.succeed(url.origin)
    : Effect.fail(misused(`--public-url ${text}: expected a URL such as https://x.example.test`))
}

const isLoopback = (host: string): boolean => /^(?:127\.|::1$|localhost$)/.test(host)

const greeting = (sandbox: Sandbox.Sandbox): string => {
  const world = sandbox.control.world()
  const credentials = Examples.credentials(world)
  return [
    `kith sandbox ready on ${sandbox.url}`,
    ...Examples.examples(world, sandbox.url).flatMap(({ title, command }) => [
      "",
      Screen.paint("dim", `# ${title}`),
      command,
    ]),
    ...(credentials.length > 0 ? ["", Screen.paint("dim", "# For client libraries")] : []),
    ...credentials.map(([name, value]) => `${`${name}:`.padEnd(32)} ${value}`),
    "",
    `Pages: ${sandbox.url}/ (how to begin), ${sandbox.url}/sandbox/docs (every endpoint)`,
  ].join("\n")
}

/** Runs until it is interrupted. */
export const run = (options: Options): Effect.Effect<never, Failure> =>
  Effect.scoped(
    Effect.gen(function* () {
      yield* checkStore(options.store)
      const publicUrls = yield* Effect.forEach(options.publicUrl, toOrigin)
      const world = options.world === undefined ? undefined : yield* readWorld(options.world)
      const sandbox = yield* Sandbox.make({
        host: options.host,
        port: options.port,
        world,
        publicUrls,
        remoteControl: options.allowRemoteControl,
      }).pipe(Effect.mapError((error) => failed(error.message)))
      if (options.allowRemoteControl && !isLoopback(options.host)) {
        yield* Screen.note("kith: the control API is open to every machine that reaches this one")
      }
      yield* Screen.print(greeting(sandbox))
      return yield* Ending.untilInterrupted(Effect.never)
    }),
  )
