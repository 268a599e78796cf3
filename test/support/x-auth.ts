/** What the tests of sign-ins share: apps of each kind, servers that misbehave, and errors. */
import type { RemoteError, StoreError } from "@kith/core"
import { Effect, Redacted, Result } from "effect"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import type { App, World } from "../../packages/sandbox/src/world/World.ts"
import { answered, whole } from "./hostile.ts"

export const callback = "http://127.0.0.1:3000/callback"

const [first] = builtIn.apps
if (first === undefined) throw new Error("the built-in world has no app")

/** Has a client secret. */
export const confidential: App = first
/** Has none, as a program on a phone. */
export const open: App = {
  name: "pocket app",
  consumerKey: "pocketConsumerKey",
  consumerSecret: "pocketConsumerSecret0123456789",
  bearerToken: "AAAAAAAAAAAAAAAAAAAAApocket%2BBearer",
  clientId: "cG9ja2V0LWNsaWVudA",
  callbackUrls: [callback],
  permissions: "read-write",
}

export const world: World = { ...builtIn, apps: [confidential, open], limits: "none" }

export const happycamper = "63046977"

export const secretOf = (app: App) =>
  app.clientSecret === undefined ? undefined : Redacted.make(app.clientSecret)

export type Failure = RemoteError.RemoteError | StoreError.StoreError

/** The error that an effect fails with. */
export const failureOf = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<E> =>
  Effect.flatMap(Effect.result(effect), (result) =>
    Result.isFailure(result)
      ? Effect.succeed(result.failure)
      : Effect.die(`nothing failed: ${JSON.stringify(result.success)}`),
  )

/** All that a person or a log may see of an error. */
export const shown = (error: Failure): string =>
  [error.message, String(error), JSON.stringify(error)].join("\n")

const raw = (...parts: Parameters<typeof answered>): Uint8Array =>
  new TextEncoder().encode(answered(...parts))

/** What befalls a request to a token endpoint without saying anything about what was exchanged. */
export const misfortunes: ReadonlyArray<
  readonly [what: string, answer: Uint8Array | "cut" | "silence", reason: string]
> = [
  ["a 500 with a page", raw("500 Oops", ["content-length: 6"], "<html>"), "Outage"],
  ["a 502 without a body", raw("502 Bad Gateway", ["content-length: 0"]), "Outage"],
  ["a 503 in JSON", whole("503 Busy", `{"error":"invalid_grant"}`), "Outage"],
  ["a cut connection", "cut", "Outage"],
  ["no answer in time", "silence", "Outage"],
  ["a cut body", raw("200 OK", ["content-length: 100"], "{"), "Outage"],
  ["a body without end", whole("200 OK", "x".repeat(70_000)), "Outage"],
  [
    "a redirect",
    raw("307 Elsewhere", ["location: http://127.0.0.1:1/steal", "content-length: 0"]),
    "Outage",
  ],
  [
    "too many requests",
    whole("429 Slow", "{}", ["x-rate-limit-reset: 1900000000"]),
    "WindowExhausted",
  ],
  [
    "a page with 200",
    raw("200 OK", ["content-type: text/html", "content-length: 6"], "<html>"),
    "Malformed",
  ],
  ["JSON without a token", whole("200 OK", `{"token_type":"bearer"}`), "Malformed"],
  ["broken JSON", whole("200 OK", `{"access_token":`), "Malformed"],
]
