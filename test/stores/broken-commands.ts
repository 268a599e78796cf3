/** Services that break a promise about commands: what they come to, ids, many at once. */
import { type Receipt, StoreError } from "@kith/core"
import { Effect, Result } from "effect"
import {
  breakExecute,
  breakOptions,
  breakService,
  breakWorld,
  type Execute,
  type Service,
} from "./breaking-services.ts"

export const followsAcrossABlock = breakWorld("setBlocked")
export const followsTheSuspended = breakWorld("setSuspended")
export const followsWhoIsGone = breakWorld("remove")
export const asksNobodyForApproval = breakWorld("setProtected")

export const losesTheActor = breakOptions((options) => ({ ...options, actor: undefined }))
export const losesTheConversation = breakOptions((options) => ({
  ...options,
  correlationId: undefined,
}))
export const ignoresCommandIds = breakOptions((options) => ({ ...options, commandId: undefined }))

export const takesIdsOfAnyForm = breakOptions((options) =>
  Object.fromEntries(Object.entries(options).filter(([, id]) => /^[!-~]{1,128}$/.test(id ?? ""))),
)

export const setsAFlagThatIsLeftOut = breakExecute(
  (execute) => (command, options) =>
    execute(
      command._tag === "Follow"
        ? { ...command, notifications: command.notifications ?? false }
        : command,
      options,
    ),
)

const nothing: Receipt.Receipt = {
  _tag: "Unchanged",
  relationship: { _tag: "None" },
  version: 0,
  events: [],
  attempts: 1,
}

export const takesARefusalForNothingToDo = breakExecute(
  (execute) => (command, options) =>
    Effect.catchTag(execute(command, options), "CommandRejected", () => Effect.succeed(nothing)),
)

export const remembersRefusals = breakExecute((execute) => {
  const ended = new Map<string, ReturnType<Execute>>()
  return (command, options) => {
    const id = options?.commandId
    const before = id === undefined ? undefined : ended.get(id)
    return (
      before ??
      Effect.tapError(execute(command, options), (error) =>
        Effect.sync(() => {
          if (id !== undefined) ended.set(id, Effect.fail(error))
        }),
      )
    )
  }
})

/** Who asks for the same in the same moment gets the same answer. */
export const sharesAReceipt = breakService(({ execute }) => {
  const going = new Map<string, ReturnType<Execute>>()
  return {
    execute: (command, options) => {
      if (options !== undefined) return execute(command, options)
      const key = `${command._tag} ${command.source} ${command.target}`
      return Effect.gen(function* () {
        const shared = going.get(key) ?? (yield* Effect.cached(execute(command)))
        going.set(key, shared)
        yield* Effect.yieldNow
        return yield* Effect.ensuring(
          shared,
          Effect.sync(() => going.delete(key)),
        )
      })
    },
  }
})

export const refusesWhenBusy = breakService(({ execute }) => {
  let busy = 0
  return {
    execute: (command, options) =>
      Effect.suspend(() => {
        busy++
        const isTooMuch = busy > 20
        return Effect.ensuring(
          Effect.andThen(Effect.yieldNow, (): ReturnType<Execute> =>
            isTooMuch
              ? Effect.fail(new StoreError.StoreError({ reason: "Unavailable", message: "busy" }))
              : execute(command, options),
          ),
          Effect.sync(() => busy--),
        )
      }),
  }
})

export const answersRefusalsLast = breakService(({ executeAll }) => ({
  executeAll: (commands) =>
    Effect.map(executeAll(commands), (outcomes) => [
      ...outcomes.filter(Result.isSuccess),
      ...outcomes.filter(Result.isFailure),
    ]),
}))

export const carriesTheLastOutFirst = breakService(({ executeAll }) => ({
  executeAll: (commands) =>
    Effect.map(executeAll(commands.toReversed()), (outcomes) => outcomes.toReversed()),
}))

export const stopsAtTheFirstRefusal = breakService(({ execute }) => ({
  executeAll: Effect.fnUntraced(function* (commands) {
    const outcomes: Array<Effect.Success<ReturnType<Service["executeAll"]>>[number]> = []
    for (const [command, options] of commands) {
      const refused = outcomes.find(Result.isFailure)
      outcomes.push(refused ?? (yield* Effect.result(execute(command, options))))
    }
    return outcomes
  }),
}))

export const failsOnNoCommands = breakService(({ executeAll }) => ({
  executeAll: (commands) =>
    commands.length === 0 ? Effect.die("syntax error at VALUES") : executeAll(commands),
}))
