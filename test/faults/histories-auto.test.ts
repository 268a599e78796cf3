/** Histories in which everything goes wrong, over v2 and v1.1 together, with both kinds of credentials. */
import { histories } from "./support/histories.ts"

histories(["auto", 700])
