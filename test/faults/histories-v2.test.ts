/** Histories in which everything goes wrong, over v2: with OAuth 2.0, and with OAuth 1.0a. */
import { histories } from "./support/histories.ts"

histories(["v2", 500], ["signed", 200])
