/** A process that counts in a journal's file: `FILE KEY ROUNDS`. */
import { Effect } from "effect"
import * as FileJournal from "../../packages/cli/src/files/FileJournal.ts"

const [, , file = "", key = "", rounds = "0"] = process.argv

const count = Effect.gen(function* () {
  const journal = yield* FileJournal.make(file)
  for (let round = 0; round < Number(rounds); round++) {
    let [entry] = yield* journal.read([key])
    for (;;) {
      const value = String(Number(entry?.value ?? 0) + 1)
      const outcome = yield* journal.write([{ key, value, expectedVersion: entry?.version ?? 0 }])
      if (outcome._tag === "Written") break
      entry = outcome.current[0]
    }
  }
})

await Effect.runPromise(count)
