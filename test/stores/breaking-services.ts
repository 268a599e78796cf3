/** What it takes to break a service: other commands, worlds, lists than its own. */
import type { Page } from "@kith/core"
import type { RelationshipsCase } from "@kith/core/testing"
import { Effect } from "effect"

/** A service, and control over its users. */
export type Kit = Pick<RelationshipsCase.RelationshipsBench, "service" | "world">

export type Service = Kit["service"]
export type Execute = Service["execute"]
export type ExecuteOptions = NonNullable<Parameters<Execute>[1]>

export const breakService =
  (breakIt: (good: Service) => Partial<Service>) =>
  (good: Kit): Kit => ({ ...good, service: { ...good.service, ...breakIt(good.service) } })

/** One that carries each command out in another way, of many as well. */
export const breakExecute = (breakIt: (execute: Execute) => Execute) =>
  breakService((good) => {
    const execute = breakIt(good.execute)
    return {
      execute,
      executeAll: (commands) =>
        Effect.forEach(commands, ([command, options]) => Effect.result(execute(command, options))),
    }
  })

export const breakOptions = (change: (options: ExecuteOptions) => ExecuteOptions) =>
  breakExecute((execute) => (command, options) => execute(command, change(options ?? {})))

export const breakWorld =
  (...names: ReadonlyArray<"setBlocked" | "setProtected" | "setSuspended" | "remove">) =>
  (good: Kit): Kit => ({
    ...good,
    world: {
      ...good.world,
      ...Object.fromEntries(names.map((name) => [name, () => Effect.void])),
    },
  })

export type List = Service["following"]

/** One that shows each of the four lists in another way. */
export const breakLists = (breakIt: (list: List) => List) =>
  breakService(({ followers, following, requestsReceived, requestsSent }) => ({
    followers: breakIt(followers),
    following: breakIt(following),
    requestsReceived: breakIt(requestsReceived),
    requestsSent: breakIt(requestsSent),
  }))

export const mapPages = (map: (page: Page.Page) => Page.Page) =>
  breakLists((list) => (user, request) => Effect.map(list(user, request), map))
