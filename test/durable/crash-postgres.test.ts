import { crashSuite } from "./support/crash-suite.ts"
import { count } from "./support/counts.ts"
import { postgres } from "./support/kinds.ts"

crashSuite(postgres(), { working: count(10, 100), opening: count(4, 30) }, 10)
