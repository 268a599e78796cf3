import { concurrencySuite } from "./support/concurrency-suite.ts"
import { count } from "./support/counts.ts"
import { sqlite } from "./support/kinds.ts"

concurrencySuite(sqlite(), {
  writers: 8,
  readers: 3,
  commands: count(2_000, 10_000),
  edges: 50,
  inFlight: 4,
})
