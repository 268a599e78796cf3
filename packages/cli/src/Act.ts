/** Carries one command out for the commands that change something, and prints what it came to. */
import type { Command as Core } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Client from "./Client.ts"
import type { Failure } from "./Failure.ts"
import * as Screen from "./Screen.ts"

/** What these commands have been given. */
export interface Input {
  readonly source: string
  readonly target: string
  readonly on: string
  readonly json: boolean
  readonly commandId: Option.Option<string>
}

type Make = (source: Core.Command["source"], target: Core.Command["target"]) => Core.Command

const colours = { none: "dim", pending: "yellow", following: "green" } as const

/** `following, retweets on, notifications off` */
export const describe = (state: {
  readonly state: "none" | "pending" | "following"
  readonly retweets: boolean
  readonly notifications: boolean
}): string => {
  const name = Screen.paint(colours[state.state], state.state)
  const flag = (on: boolean): string => (on ? "on" : "off")
  return state.state === "none"
    ? name
    : `${name}, retweets ${flag(state.retweets)}, notifications ${flag(state.notifications)}`
}

export const act = (input: Input, make: Make): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const client = yield* Client.make(input.on)
    const source = yield* client.user(input.source)
    const target = yield* client.user(input.target)
    const receipt = yield* client.execute(
      make(source.id, target.id),
      Option.getOrUndefined(input.commandId),
    )
    yield* Screen.print(
      input.json
        ? JSON.stringify({ source, target, ...receipt })
        : `${source.username} → ${target.username}: ${describe(receipt)} (${receipt.outcome})`,
    )
  })
