/** Runs the cases of a suite on something that is broken, and tells which of them find it out. */
import { Cause, Effect, Exit } from "effect"
import { expect, test } from "vitest"

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

/** What runs once, for all tests that ask. */
export const once = (run: () => Promise<Failures>): (() => Promise<Failures>) => {
  let result: Promise<Failures> | undefined
  return () => (result ??= run())
}

/**
 * Declares that a suite finds each of those that are broken, by the cases and in the words that
 * `findings` has under its name, and that it has no case which neither they nor the `others` fail.
 */
export const findsEach = <Break>({
  broken,
  cases,
  failures,
  findings,
  kind,
  others,
}: {
  readonly kind: string
  readonly cases: ReadonlyArray<{ readonly title: string }>
  readonly broken: Readonly<Record<string, Break>>
  readonly findings: Readonly<Record<string, Failures>>
  readonly failures: (breakIt: Break) => Promise<Failures>
  readonly others: ReadonlyArray<() => Promise<Failures>>
}): void => {
  const runs = Object.entries(broken).map(
    ([name, breakIt]) => [name, once(() => failures(breakIt))] as const,
  )
  for (const [name, run] of runs) {
    test(`finds a ${kind} that ${name.replaceAll(/[A-Z]/g, " $&").toLowerCase()}`, async () => {
      expect(await run()).toMatchObject(findings[name] ?? expect.fail("nothing is said of it"))
    })
  }

  test(`has no case that no broken ${kind} fails`, { timeout: 180_000 }, async () => {
    const all = await Promise.all([...others, ...runs.map(([, run]) => run)].map((run) => run()))
    const found = new Set(all.flatMap(Object.keys))
    expect(cases.map((each) => each.title).filter((title) => !found.has(title))).toEqual([])
  })
}
