/**
 * The case of everything at once: a service against the naive model, over any sequence of calls.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as ModelCommands from "./ModelCommands.ts"
import type { RelationshipsCase } from "./RelationshipsCase.ts"

/**
 * Sequences of calls, held against the naive service.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsModelCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "agrees with a naive model over any sequence of calls",
    promises: [
      "The service that backends use: one typed command, a truthful receipt, lists, history, the log.",
    ],
    run: (bench) =>
      Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(ModelCommands.steps(bench.supports), (steps) =>
            fc.asyncModelRun(() => Effect.runPromise(ModelCommands.setup(bench)), steps),
          ),
          {
            numRuns: bench.supports.many ? 60 : 15,
            // A failure over a network is told before the case runs out of time, shrunk or not.
            interruptAfterTimeLimit: 45_000,
            markInterruptAsFailure: true,
          },
        ),
      ),
  },
]
