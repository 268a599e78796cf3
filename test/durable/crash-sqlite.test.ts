import { crashSuite } from "./support/crash-suite.ts"
import { count } from "./support/counts.ts"
import { sqlite } from "./support/kinds.ts"

crashSuite(sqlite(), { working: count(25, 200), opening: count(8, 60) }, 9)
