/** Answers that fail, are cut short, never end, or are none. */
import { describe, test } from "vitest"
import * as Fates from "./support/fates.ts"
import { lookedAgain, maxBody, repeated, resolved, unharmed } from "./support/story.ts"

const failures = ([500, 502, 503, 504] as const).flatMap((status) =>
  (["in JSON", "in v1.1's words", "as a page", "without a body"] as const).flatMap((how) =>
    ([0, 1] as const).map((deliveries) => Fates.failing(status, how, deliveries)),
  ),
)

const unreadable = [
  Fates.truncated,
  Fates.oversized(maxBody + 1),
  Fates.endless(maxBody + 1),
  Fates.replaced,
  Fates.emptied,
]

const titled = (fates: ReadonlyArray<Fates.Fate>) => fates.map((fate) => [fate.what, fate] as const)

describe.each(["v1", "v2"] as const)("over %s", (way) => {
  test.each(titled([...failures, ...unreadable]))(
    "a command that meets %s is found out by repeating it",
    (_, fate) => repeated(way, fate, "OutcomeUnknown"),
  )

  test.each(titled([...failures.slice(0, 8), ...unreadable]))(
    "a command that meets %s is found out by the next process",
    (_, fate) => resolved(way, fate),
  )

  test.each(titled([...failures.slice(0, 8), ...unreadable]))(
    "a look that meets %s can be repeated",
    (_, fate) => lookedAgain(way, fate),
  )

  test("the right answer under a wrong type is an answer", () => unharmed(way, Fates.mistyped))

  test("a redirect is not followed, and nothing is done", () =>
    repeated(way, Fates.refusing("a redirect", 307, "", { location: "http://127.0.0.1:1/steal" }), {
      reason: "Malformed",
      retryable: false,
    }))

  test("a 403 of a gateway refuses, and nothing is done", () =>
    repeated(way, Fates.refusing("a 403 as a page", 403, "<html>no</html>"), {
      reason: "Unclassified",
      retryable: false,
    }))
})
