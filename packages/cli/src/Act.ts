/** Carries one command out for the commands that change something, and prints what it came to. */
import type { Command as Core } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Client from "./Client.ts"
import { type Failure, unknown } from "./Failure.ts"
import * as Options from "./Options.ts"
import * as Screen from "./Screen.ts"
import * as Shell from "./Shell.ts"

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

/** The command that shows what became of one whose answer was lost. */
const findOut = ({ on, source, target }: Input): string =>
  Shell.line(["kith", "show", source, target, ...Options.onSame(on)])

export const act = (input: Input, make: Make): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const client = yield* Client.make(input.on)
    const source = yield* client.user(input.source)
    const target = yield* client.user(input.target)
    const commandId = Option.getOrUndefined(input.commandId)
    const edge = `${source.username} → ${target.username}`
    const receipt = yield* client
      .execute(make(source.id, target.id), commandId)
      .pipe(
        Effect.mapError((failure) =>
          Client.mayHaveArrived(failure)
            ? unknown(
                `${edge}: nobody knows whether this took effect (${failure.message}); find out with: ${findOut(input)}`,
                { commandId, retryable: true },
              )
            : failure,
        ),
      )
    yield* Screen.print(
      input.json
        ? JSON.stringify({ source, target, ...receipt })
        : `${edge}: ${describe(receipt)} (${receipt.outcome})`,
    )
  })
