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
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsModelCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "agrees with a naive model over any sequence of calls",
    promises: [
      "The service that backends use: one typed command, a truthful receipt, lists, history, the log.",
    ],
    when: (supports) => supports.targetCommands,
    run: (bench) =>
      Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(ModelCommands.steps(), (steps) =>
            fc.asyncModelRun(() => Effect.runPromise(ModelCommands.setup(bench)), steps),
          ),
          { numRuns: 60 },
        ),
      ),
  },
]
