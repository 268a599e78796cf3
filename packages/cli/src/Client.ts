/** Talks to a running Kith server through its control API. */
import { Schemas } from "@kith/sandbox/control"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Failure, failed, misused } from "./Failure.ts"
import { isX } from "./x/Options.ts"

export type User = (typeof Schemas.UserName)["Type"]
export type Receipt = (typeof Schemas.Receipt)["Type"]
export type RelationshipState = (typeof Schemas.RelationshipState)["Type"]
export type ListPage = (typeof Schemas.ListPage)["Type"]
export type Event = (typeof Schemas.Event)["Type"]
export type Command = (typeof Schemas.CommandRequest)["Type"]["command"]

const timeoutSeconds = 10

const Refusal = Schema.Struct({
  error: Schema.Struct({
    code: Schema.String,
    message: Schema.String,
    reason: Schema.optionalKey(Schema.String),
  }),
})

const decodeRefusal = Schema.decodeUnknownOption(Schema.fromJsonString(Refusal))

/** A code where there is one, and words otherwise; what `fetch` says itself says nothing. */
const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if (error.name === "TimeoutError") return "TIMEOUT"
  if ("code" in error && typeof error.code === "string") return error.code
  if (error instanceof AggregateError) return codeOf(error.errors[0])
  return error.cause === undefined ? error.message : codeOf(error.cause)
}

const unreachable = (server: string, error: unknown): Failure => {
  const code = codeOf(error)
  const isPassing = /^(?:TIMEOUT|E[A-Z]+|UND_ERR_\w+)$/.test(code ?? "") && code !== "ENOTFOUND"
  return failed(whyUnreachable(server, code), {
    tag: "Unavailable",
    reason: code,
    retryable: isPassing,
  })
}

const whyUnreachable = (server: string, code: string | undefined): string => {
  switch (code) {
    case "ECONNREFUSED":
      return `no Kith server at ${server}; start one with: kith serve`
    case "TIMEOUT":
      return `the server at ${server} did not answer within ${timeoutSeconds} seconds`
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `there is no host of that name: ${server}`
    case "ERR_SSL_WRONG_VERSION_NUMBER":
      return `${server} does not speak https; write http:// instead`
    default:
      return `the connection to ${server} failed${code === undefined ? "" : `: ${code}`}`
  }
}

/** Of requests that may have arrived before the connection was lost. */
const lost = new Set(["TIMEOUT", "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"])

/** Whether the server may have done what it was asked all the same. */
export const mayHaveArrived = ({ reason, tag }: Failure): boolean =>
  tag === "Unavailable" && reason !== undefined && lost.has(reason)

const strange = (server: string): Failure =>
  failed(`what answers at ${server} is not a Kith server, or one of another version`, {
    tag: "Unavailable",
  })

/** The codes of the control API's refusals that a command may meet, as the names of errors. */
const tags: Readonly<Record<string, string>> = {
  "invalid-request": "InvalidInput",
  "not-found": "UserNotFound",
  conflict: "CommandIdReused",
  rejected: "CommandRejected",
  unavailable: "StoreError",
}

const refused = ({ error: { code, message, reason } }: typeof Refusal.Type): Failure =>
  failed(message, { tag: tags[code] ?? "Refused", reason, retryable: code === "unavailable" })

/** Longer than any name or id; what does not fit into an address is refused in ways that tell nothing. */
const longestName = 40

/** A name as a part of a path. Nothing and dots are none: they would lead to another path. */
const segment = (name: string): Effect.Effect<string, Failure> => {
  if (name.length <= longestName && !/^@?\.{0,2}$/.test(name)) {
    return Effect.succeed(encodeURIComponent(name.replace(/^@/, "")))
  }
  const shown = name.length > longestName ? `${name.slice(0, longestName)}…` : name
  return Effect.fail(
    failed(`no user has the id or username ${JSON.stringify(shown)}`, { tag: "UserNotFound" }),
  )
}

/**
 * A server by its URL. Every method fails with one line: that there is no server, or why the server
 * refused.
 */
export interface Client {
  readonly server: string
  /** By id or username, with or without an at sign before it. */
  readonly user: (name: string) => Effect.Effect<User, Failure>
  readonly execute: (
    command: Command,
    commandId: string | undefined,
  ) => Effect.Effect<Receipt, Failure>
  readonly relationship: (
    source: string,
    target: string,
  ) => Effect.Effect<RelationshipState, Failure>
  readonly list: (
    list: "following" | "followers",
    user: string,
    page: { readonly limit: number; readonly cursor: string | undefined },
  ) => Effect.Effect<ListPage, Failure>
  /** The log behind a position, as the server sends it: lines of JSON, or server-sent events. */
  readonly log: (
    from: number,
    type: "application/x-ndjson" | "text/event-stream",
  ) => Effect.Effect<ReadableStream<Uint8Array>, Failure>
}

/** Follows `--on`, which may lack a scheme: `localhost:4280`. */
export const make = (on: string): Effect.Effect<Client, Failure> =>
  Effect.suspend(() => {
    if (isX(on)) {
      return Effect.fail(misused("X has no call for this; give a Kith server with --on URL"))
    }
    const url = URL.parse(on.includes("://") ? on : `http://${on}`)
    return url === null || !/^https?:$/.test(url.protocol)
      ? Effect.fail(misused(`--on ${on}: expected a URL such as http://127.0.0.1:4280`))
      : Effect.succeed(client(url.origin))
  })

const client = (server: string): Client => {
  const send = (
    path: string,
    init: RequestInit,
    timeout: "whole" | "headers",
  ): Effect.Effect<Response, Failure> =>
    Effect.tryPromise({
      try: async (signal) => {
        const clock = new AbortController()
        const timer = setTimeout(
          () => clock.abort(new DOMException("timed out", "TimeoutError")),
          timeoutSeconds * 1000,
        )
        try {
          const response = await fetch(`${server}${path}`, {
            ...init,
            redirect: "error",
            signal: AbortSignal.any([signal, clock.signal]),
          })
          if (timeout === "headers" && response.ok) return response
          return new Response(await response.arrayBuffer(), response)
        } finally {
          clearTimeout(timer)
        }
      },
      catch: (error) => unreachable(server, error),
    }).pipe(
      Effect.flatMap((response) => (response.ok ? Effect.succeed(response) : refusal(response))),
    )

  const refusal = (response: Response): Effect.Effect<never, Failure> =>
    Effect.flatMap(
      Effect.promise(() => response.text()),
      (text) => {
        const known = decodeRefusal(text)
        return Effect.fail(known._tag === "Some" ? refused(known.value) : strange(server))
      },
    )

  const call = <A>(
    schema: Schema.ConstraintDecoder<A>,
    path: string,
    init: RequestInit = {},
  ): Effect.Effect<A, Failure> =>
    send(path, init, "whole").pipe(
      Effect.flatMap((response) => Effect.promise(() => response.text())),
      Effect.flatMap((text) =>
        Effect.mapError(Schema.decodeEffect(Schema.fromJsonString(schema))(text), () =>
          strange(server),
        ),
      ),
    )

  return {
    server,
    user: (name) =>
      Effect.flatMap(segment(name), (user) => call(Schemas.UserName, `/sandbox/users/${user}`)),
    execute: (command, commandId) =>
      call(Schemas.Receipt, "/sandbox/commands", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ command, commandId }),
      }),
    relationship: (source, target) =>
      Effect.flatMap(Effect.all([segment(source), segment(target)]), (edge) =>
        call(Schemas.RelationshipState, `/sandbox/relationships/${edge.join("/")}`),
      ),
    list: (list, name, { limit, cursor }) => {
      const query = new URLSearchParams({ limit: String(limit) })
      if (cursor !== undefined) query.set("cursor", cursor)
      return Effect.flatMap(segment(name), (user) =>
        call(Schemas.ListPage, `/sandbox/users/${user}/${list}?${query.toString()}`),
      )
    },
    log: (from, type) =>
      Effect.flatMap(
        send(`/sandbox/events?from=${from}`, { headers: { accept: type } }, "headers"),
        ({ body }) => (body === null ? Effect.fail(strange(server)) : Effect.succeed(body)),
      ),
  }
}
