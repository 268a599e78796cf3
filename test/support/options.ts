/** Options that cannot be meant: each is a defect that says so, when what it is for is built. */
import { CommandError } from "@kith/core"
import { Cause, Effect, Exit, Layer, type Scope } from "effect"
import { expect, test } from "vitest"

/** The option, what it is given, what it takes in words, and what is made with it. */
export type Mistake = readonly [
  option: string,
  value: unknown,
  takes: string,
  make: Effect.Effect<unknown, unknown, Scope.Scope>,
]

export const building = <A, E>(
  layer: Layer.Layer<A, E>,
): Effect.Effect<unknown, unknown, Scope.Scope> => Layer.build(layer)

/** What something dies of. */
export const defectOf = async (
  make: Effect.Effect<unknown, unknown, Scope.Scope>,
): Promise<unknown> => {
  const exit = await Effect.runPromiseExit(Effect.scoped(make))
  if (Exit.isSuccess(exit)) return expect.fail("it was built")
  if (!Cause.hasDies(exit.cause)) return expect.fail(`no defect: ${String(exit.cause)}`)
  return Cause.squash(exit.cause)
}

export const areRefused = (mistakes: ReadonlyArray<Mistake>): void => {
  test.for(mistakes)("%s: %o is refused: it is %s", async ([option, value, takes, make]) => {
    const defect = await defectOf(make)
    expect(defect).toBeInstanceOf(CommandError.InvalidInput)
    const shown = typeof value === "string" ? JSON.stringify(value) : String(value)
    expect(defect).toMatchObject({ message: `${option} is ${shown}; give ${takes}` })
  })
}
