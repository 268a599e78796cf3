/**
 * Where X sends the user back to: a page of this machine, served to the one browser that comes with
 * the right state.
 *
 * Only loopback addresses are listened on. Whoever comes with another state, path or host is turned
 * away, and the right one is waited for.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import { createHash, timingSafeEqual } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { type Failure, failed, misused } from "../Failure.ts"
import * as SystemError from "../SystemError.ts"

const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127(?:\.[0-9]+){3}$/.test(hostname)

/** X compares a callback to the letter with those of the app, so the port has to be known before. */
export const parse = (text: string): Result.Result<URL, Failure> => {
  const url = URL.parse(text)
  const isGood =
    url !== null && url.protocol === "http:" && url.hash === "" && isLoopback(url.hostname)
  if (!isGood) {
    return Result.fail(
      misused(
        `--callback ${text}: expected a page of this machine, such as http://127.0.0.1:8739/callback`,
      ),
    )
  }
  return url.port === "0"
    ? Result.fail(
        misused(
          `--callback ${text}: X compares the whole of it with the app's settings; name the port that is there`,
        ),
      )
    : Result.succeed(url)
}

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const page = (text: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>kith</title>
<body style="font: 1.125rem/1.5 system-ui, sans-serif; max-width: 32rem; margin: 4rem auto; padding: 0 1rem">
<p>${escape(text)}</p>
<p>You can close this page.</p>
</html>
`

const send = (response: ServerResponse, status: number, text: string): void => {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
    // The address has the code in it.
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    connection: "close",
  })
  response.end(page(text))
}

const digest = (text: string): Buffer => createHash("sha256").update(text).digest()

/** Takes the same time wherever the two differ, and however long they are. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other))

/** The user is back. */
export interface Returned {
  /** The query that X sent along. */
  readonly query: string
  /** Says to the user what it came to; done when that has left. */
  readonly say: (text: string) => Effect.Effect<void>
}

/** An open page. */
export interface Callback {
  /** Waits for the one who comes with this state, for five minutes. */
  readonly returned: (state: string) => Effect.Effect<Returned, Failure>
}

/** For how long somebody is waited for. */
export const minutes = 5

const listen = (server: Server, url: URL): Effect.Effect<void, Failure> =>
  Effect.callback((resume) => {
    server.once("error", (error) =>
      resume(
        Effect.fail(
          failed(
            SystemError.codeOf(error) === "EADDRINUSE"
              ? `${url.host} is in use; end what listens there, or name another of the app's callbacks with --callback`
              : `cannot listen on ${url.host}: ${SystemError.explain(error)}`,
          ),
        ),
      ),
    )
    server.listen(Number(url.port || 80), url.hostname.replaceAll(/[[\]]/g, ""), () =>
      resume(Effect.void),
    )
  })

/** Listens until the scope ends. */
export const open = (url: URL): Effect.Effect<Callback, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    let answer = (_query: URLSearchParams, _response: ServerResponse): boolean => false
    const handle = (request: IncomingMessage, response: ServerResponse): void => {
      const asked = URL.parse(request.url ?? "", url.href)
      // Another host is a page elsewhere that has its name point here.
      if (asked?.pathname !== url.pathname || request.headers.host !== url.host) {
        return send(response, 404, "There is nothing here.")
      }
      if (request.method !== "GET") return send(response, 405, "This page can only be opened.")
      if (!answer(asked.searchParams, response)) {
        send(response, 400, "This is no answer to the sign-in that kith waits for. Begin it anew.")
      }
    }
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 10_000 }, handle)
    server.maxConnections = 32
    yield* Effect.acquireRelease(listen(server, url), () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      }),
    )
    const returned = (state: string): Effect.Effect<Returned> =>
      Effect.callback((resume) => {
        answer = (query, response) => {
          const [given, ...more] = query.getAll("state")
          if (given === undefined || more.length > 0 || !isSame(given, state)) return false
          // Good once.
          answer = () => false
          const say = (text: string): Effect.Effect<void> =>
            Effect.callback((told) => {
              response.once("close", () => told(Effect.void))
              send(response, 200, text)
            })
          resume(Effect.succeed({ query: query.toString(), say }))
          return true
        }
        return Effect.sync(() => {
          answer = () => false
        })
      })
    return {
      returned: (state) =>
        Effect.timeoutOrElse(returned(state), {
          duration: `${minutes} minutes`,
          orElse: () =>
            Effect.fail(failed(`nobody came back within ${minutes} minutes; begin anew`)),
        }),
    } satisfies Callback
  })
