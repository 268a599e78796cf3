/**
 * What becomes of a request: which fault befalls it, which route answers it.
 *
 * @since 0.1.0
 */
import type { StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import { makeRoutes } from "./Api.ts"
import { sender } from "./auth/Sender.ts"
import type { Access } from "./control/Access.ts"
import type { ControlPlane } from "./control/ControlPlane.ts"
import { endpoints } from "./control/Declarations.ts"
import * as ControlErrors from "./control/Errors.ts"
import * as Faults from "./control/Faults.ts"
import type { Handler } from "./http/Listener.ts"
import type { Reply, Request } from "./http/Message.ts"
import * as Router from "./http/Router.ts"
import type { Route } from "./http/Router.ts"
import * as V1Errors from "./v1/Errors.ts"
import * as Problems from "./v2/Problems.ts"

const isControl = (path: string): boolean => path === "/sandbox" || path.startsWith("/sandbox/")

const wrongMethod = Problems.plain(405, "Method Not Allowed", "Method Not Allowed")
const unknownPath = Problems.plain(404, "Not Found", "Not Found")

/** Each part of the API says in its own words that there is nothing at a path. */
const nothingThere = (path: string, match: Exclude<Router.Match, { _tag: "Found" }>): Reply => {
  if (isControl(path) || path.startsWith("/2/")) {
    const [unknown, wrong] = isControl(path)
      ? [ControlErrors.unknownPath, ControlErrors.wrongMethod]
      : [unknownPath, wrongMethod]
    return match._tag === "Unknown" ? unknown : { ...wrong, headers: { allow: match.allow } }
  }
  return V1Errors.reply(path.startsWith("/1/") ? V1Errors.retired : V1Errors.pageNotFound)
}

const isCompressed = ({ body, headers }: Request): boolean =>
  body.length > 0 && !/^(?:identity)?$/i.test(headers["content-encoding"] ?? "")

/** A body that nobody here unpacks. */
const compressed = (path: string): Reply => {
  const message = "the body is compressed; send it as it is, without Content-Encoding"
  if (isControl(path)) return { ...ControlErrors.refuse("invalid-request", message), status: 415 }
  return path.startsWith("/2/")
    ? Problems.plain(415, "Unsupported Media Type", message)
    : V1Errors.reply(V1Errors.compressed(message))
}

/** The store fails: worth another try, as each part of the API says it. */
const unavailable = (path: string, error: StoreError.StoreError): Reply => {
  if (isControl(path)) return ControlErrors.ofFailure(error)
  return path.startsWith("/2/") ? Problems.unavailable : V1Errors.reply(V1Errors.overCapacity)
}

/** They deal with the world from outside, or with no world at all. */
const unguarded: ReadonlySet<Route["endpoint"]> = new Set([
  endpoints.health,
  endpoints.replaceWorld,
  endpoints.reset,
])

/** The reply that a fault puts in the place of the true one. */
const faked = ({ status = 500, body = "" }: Faults.FaultEffect): Reply => {
  const text = typeof body === "string"
  return {
    status,
    contentType: text ? "text/plain; charset=utf-8" : "application/json; charset=utf-8",
    body: text ? body : JSON.stringify(body),
  }
}

/** A reply with a fault's headers, which are spelt as people like; those of replies in lower case. */
const withHeaders = (reply: Reply, more: Faults.FaultEffect["headers"] = {}): Reply => {
  const { "content-type": contentType = reply.contentType, ...headers } = Object.fromEntries(
    Object.entries(more).map(([name, value]) => [name.toLowerCase(), value]),
  )
  return { ...reply, contentType, headers: { ...reply.headers, ...headers } }
}

const withFault = (
  answer: Effect.Effect<Reply>,
  effect: Faults.FaultEffect,
): Effect.Effect<Reply | "cut"> => {
  const outcome: Effect.Effect<Reply | "cut"> =
    effect.drop === "before"
      ? Effect.succeed("cut")
      : effect.drop === "after"
        ? Effect.as(answer, "cut")
        : effect.status !== undefined || effect.body !== undefined
          ? Effect.succeed(withHeaders(faked(effect), effect.headers))
          : Effect.map(answer, (reply) => withHeaders(reply, effect.headers))
  return effect.delayMs === undefined ? outcome : Effect.delay(outcome, effect.delayMs)
}

/** At another time than the machine's, whose answers would say that one. */
const dated = (reply: Reply | "cut", time: number): Reply | "cut" =>
  reply === "cut"
    ? reply
    : { ...reply, headers: { date: new Date(time).toUTCString(), ...reply.headers } }

/** @category constructors @since 0.1.0 */
export const handler = (control: ControlPlane, access: Access): Handler => {
  const find = Router.make(makeRoutes(control, access))

  const answer = (request: Request): Effect.Effect<Reply> => {
    const match = find(request.method, request.path)
    if (match._tag !== "Found") return Effect.succeed(nothingThere(request.path, match))
    if (isCompressed(request)) return Effect.succeed(compressed(request.path))
    const { route, params } = match
    return control.guard === undefined || unguarded.has(route.endpoint)
      ? route.answer(control.world(), { request, params })
      : control.guard(
          Effect.suspend(() => route.answer(control.world(), { request, params })),
          (error) => unavailable(request.path, error),
        )
  }

  const answerAsX: Handler = (request) => {
    const rules = control.faults()
    if (rules.length === 0) return answer(request)
    const { effect, rules: left } = Faults.next(rules, {
      method: request.method,
      path: request.path,
      user: () => sender(control.world(), request),
    })
    control.setFaults(left)
    return effect === undefined ? answer(request) : withFault(answer(request), effect)
  }

  return (request) => {
    if (isControl(request.path)) return answer(request)
    const { now, offset } = control.world().clock
    if (offset() < 1000) return answerAsX(request)
    const time = now()
    return Effect.map(answerAsX(request), (reply) => dated(reply, time))
  }
}
