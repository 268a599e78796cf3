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
const nothingThere = (path: string, match: "WrongMethod" | "Unknown"): Reply => {
  if (isControl(path)) {
    return match === "Unknown" ? ControlErrors.unknownPath : ControlErrors.wrongMethod
  }
  if (path.startsWith("/2/")) return match === "Unknown" ? unknownPath : wrongMethod
  return V1Errors.reply(V1Errors.pageNotFound)
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
const faked = (effect: Faults.FaultEffect): Reply => {
  const { "content-type": contentType, ...headers } = Object.fromEntries(
    Object.entries(effect.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const text = typeof effect.body === "string" || effect.body === undefined
  return {
    status: effect.status ?? 500,
    contentType:
      contentType ?? (text ? "text/plain; charset=utf-8" : "application/json; charset=utf-8"),
    body: text ? (effect.body ?? "") : JSON.stringify(effect.body),
    headers,
  }
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
          ? Effect.succeed(faked(effect))
          : Effect.map(answer, (reply) => ({
              ...reply,
              headers: { ...reply.headers, ...effect.headers },
            }))
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
    if (match._tag !== "Found") return Effect.succeed(nothingThere(request.path, match._tag))
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
