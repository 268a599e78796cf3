/**
 * Stores that break one promise each: what the stores' suite is there to find.
 *
 * Each is what a plausible mistake in an adapter comes to, and is named after what it does.
 */
import * as Counts from "./broken-counts.ts"
import * as Reads from "./broken-reads.ts"
import * as Records from "./broken-records.ts"
import * as Waking from "./broken-waking.ts"
import * as Writes from "./broken-writes.ts"

export const brokenStores = { ...Counts, ...Reads, ...Records, ...Waking, ...Writes }
