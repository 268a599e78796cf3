/** Runs the cases of a suite on something that is broken, and tells which of them find it out. */
import { Cause, Effect, Exit } from "effect"

/** The cases that failed, by title, with the reason. */
export type Failures = Readonly<Record<string, string>>

interface Case<Supports> {
  readonly title: string
  readonly when?: ((supports: Supports) => boolean) | undefined
}

/** Why a case failed, in its own words: the first line of the mismatch. */
const reason = (cause: Cause.Cause<unknown>): string => {
  const squashed = Cause.squash(cause)
  // A property that failed has what failed it as its cause.
  const error = squashed instanceof Error ? (squashed.cause ?? squashed) : squashed
  return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)
}

/** Runs those cases that a bench is for. */
export const failuresOf = async <
  Bench extends { readonly supports: unknown },
  Each extends Case<Bench["supports"]>,
>(
  cases: ReadonlyArray<Each>,
  bench: Bench,
  run: (bench: Bench, each: Each) => Effect.Effect<unknown, unknown>,
): Promise<Failures> => {
  const failures: Record<string, string> = {}
  for (const each of cases) {
    if (each.when !== undefined && !each.when(bench.supports)) continue
    const exit = await Effect.runPromiseExit(run(bench, each))
    if (Exit.isFailure(exit)) failures[each.title] = reason(exit.cause)
  }
  return failures
}

/** Runs what has a name once, for all tests that ask. */
export const makeOnce = () => {
  const runs = new Map<string, Promise<Failures>>()
  return (name: string, run: () => Promise<Failures>): Promise<Failures> => {
    const result = runs.get(name) ?? run()
    runs.set(name, result)
    return result
  }
}
