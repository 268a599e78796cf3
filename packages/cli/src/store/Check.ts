/** What `kith check` does: holds everything that is derived from the log against it. */
import { Upkeep } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { failed, type Failure } from "../Failure.ts"
import * as Progress from "../Progress.ts"
import * as Screen from "../Screen.ts"
import * as Count from "./Count.ts"
import * as Explanation from "./Explanation.ts"
import * as Run from "./Run.ts"

export interface Input {
  readonly store: string
  readonly json: boolean
}

const columns: ReadonlyArray<Screen.Column<Upkeep.Fault>> = [
  { title: "WHERE", columns: 7, style: "bold", text: ({ where }) => where },
  { title: "FAULT", columns: 0, text: ({ message }) => Screen.oneLine(message) },
]

/** What a rebuild makes anew; the rest it takes as it is. */
const isDerived = ({ where }: Upkeep.Fault): boolean => where !== "log" && where !== "storage"

const advice = (faults: number, derived: number): string =>
  derived === faults
    ? "mend it with: kith rebuild"
    : "a rebuild does not mend the log or the storage: restore a backup"

export const check = (input: Input): Effect.Effect<void, Failure> =>
  Run.onStore(input.store, ({ shown }) => {
    const progress = Progress.onTerminal("events and edges")
    const table = Screen.table(columns)
    let faults = 0
    let derived = 0
    const tell = (fault: Upkeep.Fault) => {
      const line = input.json
        ? JSON.stringify({ where: fault.where, message: fault.message })
        : table.line(fault)
      const heading = faults === 0 && !input.json ? `${table.heading}\n` : ""
      faults += 1
      if (isDerived(fault)) derived += 1
      progress.clear()
      return Screen.print(heading + line)
    }
    return Effect.gen(function* () {
      const upkeep = yield* Upkeep.Upkeep
      yield* upkeep.check.pipe(
        Stream.mapError(Explanation.fromStore),
        Stream.runForEach((step) => {
          if (step._tag === "Fault") return tell(step)
          return Effect.sync(() => progress.reached(step.done, step.total))
        }),
      )
      progress.clear()
      if (input.json) yield* Screen.print(JSON.stringify({ store: shown, faults }))
      if (faults > 0) {
        return yield* failed(
          `${Count.of(faults, "fault")} in ${shown}; ${advice(faults, derived)}`,
          { tag: "FaultsFound" },
        )
      }
      if (!input.json) {
        yield* Screen.print(`no fault in ${shown}`)
      }
    }).pipe(Effect.ensuring(Effect.sync(progress.clear)))
  })
