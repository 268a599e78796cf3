/** Histories in which everything goes wrong, over v1.1 with OAuth 1.0a. */
import { histories } from "./support/histories.ts"

histories(["v1", 700])
