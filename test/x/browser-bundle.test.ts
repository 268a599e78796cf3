/** The packages that run anywhere, bundled for a platform that has nothing but the Web's own API. */
import { rolldown } from "rolldown"
import { createContext, runInContext } from "node:vm"
import { gzipSync } from "node:zlib"
import { beforeAll, describe, expect, test } from "vitest"

/** Kilobytes, minified and compressed: half of it is Effect with its schemas. */
const budget = 100

/** The use of what only Node and its like have; as a member of something else it is no such thing. */
const nodeOnly =
  /(?<![.\w$])(?:(?:process|Buffer|global)\s*[.[]|(?:require|setImmediate)\s*\(|__dirname|__filename)/

const comments = /\/\*[\s\S]*?\*\/|\/\/.*$/gm

/** A follow from the first line to the answer, with nothing of the platform but what it is given. */
const entry = `
  import * as Core from "@kith/core"
  import * as X from "@kith/http-adapter"
  import { MemoryJournal } from "@kith/memory-adapter"
  import { Effect, Layer, Redacted } from "effect"

  const user = Core.UserId.make("63046977")
  const signedIn = X.Credentials.layerOAuth1({
    app: "app",
    key: "key",
    secret: Redacted.make("secret"),
    users: [{ user, token: "63046977-token", tokenSecret: Redacted.make("token secret") }],
  })
  const layer = X.XRemote.layer({ mode: "v2" }).pipe(
    Layer.provide(signedIn),
    Layer.provide(MemoryJournal.layer),
  )
  export const follow = () => Effect.runPromise(
    Effect.gen(function* () {
      const remote = yield* Core.RelationshipRemote.RelationshipRemote
      const send = yield* remote.prepare(Core.Command.follow(user, Core.UserId.make("2244994945")))
      return yield* send
    }).pipe(Effect.provide(layer)),
  )
  export { Core, X }
`

const bundle = async () => {
  const warnings: Array<string> = []
  const build = await rolldown({
    input: "virtual:entry",
    platform: "browser",
    onLog: (level, log) => {
      if (level === "warn") warnings.push(log.message)
    },
    plugins: [
      {
        name: "entry",
        // As if it stood in this folder, from where the packages are found.
        resolveId: (id) => (id === "virtual:entry" ? `${import.meta.dirname}/entry.js` : null),
        load: (id) => (id === `${import.meta.dirname}/entry.js` ? entry : null),
      },
    ],
  })
  const readable = await build.generate({ format: "esm" })
  const small = await build.generate({ format: "iife", name: "Kith", minify: true })
  await build.close()
  const [chunk] = small.output
  return { warnings, chunks: readable.output.filter((it) => it.type === "chunk"), code: chunk.code }
}

let built: Awaited<ReturnType<typeof bundle>>
beforeAll(async () => {
  built = await bundle()
})

describe("core and the adapter for X, bundled for browsers", () => {
  test("import nothing that a browser has not", () => {
    const imports = built.chunks.flatMap((it) => [...it.imports, ...it.dynamicImports])
    expect([built.warnings, imports]).toEqual([[], []])
  })

  test("name nothing that only Node has", () => {
    const found = built.chunks.flatMap(({ modules }) =>
      Object.entries(modules).flatMap(([file, { code }]) =>
        // Effect asks which platform it is on, and gets along with any answer.
        file.includes("/node_modules/effect/") ||
        !nodeOnly.test((code ?? "").replaceAll(comments, ""))
          ? []
          : [file],
      ),
    )
    expect(found).toEqual([])
  })

  test("follow somebody where there is nothing but the Web's API", async () => {
    const requests: Array<readonly [url: string, authorization: string]> = []
    const web = {
      AbortController,
      AbortSignal,
      Headers,
      Response,
      TextDecoder,
      TextEncoder,
      URL,
      btoa,
      clearTimeout,
      console,
      crypto,
      performance,
      queueMicrotask,
      setTimeout,
      fetch: async (url: string, { headers }: { headers: Record<string, string> }) => {
        requests.push([url, headers["authorization"] ?? ""])
        return Response.json({ data: { following: true, pending_follow: false } })
      },
    }
    const context = createContext(web)
    runInContext(built.code, context)
    const answer: unknown = await runInContext("Kith.follow()", context)
    expect(JSON.parse(JSON.stringify(answer))).toEqual({
      _tag: "Carried",
      observation: { _tag: "Following" },
    })
    expect(requests).toEqual([
      [
        "https://api.x.com/2/users/63046977/following",
        expect.stringMatching(/^OAuth .*signature=/),
      ],
    ])
  })

  test(`are at most ${budget} kB in all`, () => {
    expect(gzipSync(built.code).length / 1000).toBeLessThan(budget)
  })
})
