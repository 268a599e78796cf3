/**
 * All functions that a schema has. They are of the code and not of the data: a new version makes them
 * anew in the place of the old ones.
 */
import { commitOne } from "./committing.ts"
import { commitChain, commitMany } from "./committingBatches.ts"
import { eraseEdges, forgetTombstones, redact } from "./erasing.ts"
import { evolve } from "./evolving.ts"
import { followEdges } from "./incoming.ts"
import { writeEntries } from "./journaling.ts"
import type { Names } from "./names.ts"
import { horizon, take } from "./positions.ts"
import { history, log } from "./reading.ts"
import { counts, promote, tally } from "./tallying.ts"

/** @internal */
export const functions = (names: Names, partitions: number): string =>
  [take, horizon, evolve, tally, commitOne, commitMany, commitChain, writeEntries]
    .concat([log, history, eraseEdges, redact, forgetTombstones])
    .concat(partitions === 1 ? [] : [followEdges])
    .map((make) => make(names))
    .concat([counts, promote].map((make) => make(names, partitions)))
    .join("\n")
