import { Decider, Relationship, RelationshipEvent } from "@kith/core"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { rules } from "../../scripts/rules.ts"

const page = readFileSync(join(import.meta.dirname, "../../docs/rules.md"), "utf8")

test("the page of the rules is what the table says", () => {
  expect(page, "bring it up to date with pnpm run docs").toBe(rules())
})

test("the diagram has every arrow that events can take, and no other", () => {
  const drawn = Array.from(
    page.matchAll(/^ {4}(\w+) --> (\w+): (.+)$/gm),
    ([, from = "", to = "", events = ""]) =>
      events
        .replace("RetweetsTurnedOn / Off", "RetweetsTurnedOn, RetweetsTurnedOff")
        .replace("NotificationsTurnedOn / Off", "NotificationsTurnedOn, NotificationsTurnedOff")
        .split(", ")
        .map((event) => `${from} ${event} ${to}`),
  )
  const possible = Relationship.all.flatMap((state) =>
    RelationshipEvent.all.flatMap((event) => {
      const after = Decider.evolve(state, event)
      return after === state ? [] : [`${state._tag} ${event._tag} ${after._tag}`]
    }),
  )
  expect(drawn.flat().toSorted()).toEqual(Array.from(new Set(possible)).toSorted())
})
