/** Generated requests: small records of names, which fast-check can shrink and print. */
import fc from "fast-check"
import type { Act, Cast, Draft } from "./act.ts"
import { acts } from "./acts.ts"
import { render, type Spent, ways } from "./auth.ts"
import type { Flaw, Verdict } from "./flaw.ts"
import { flawGroups } from "./flaws.ts"
import type { Intent } from "./model.ts"
import type { Surface } from "./shapes.ts"
import { actors, people } from "./world.ts"

/** A request, by the names of its parts. */
export interface Shot {
  readonly act: string
  readonly actor: number
  readonly target: number
  readonly way: string
  readonly flaws: ReadonlyArray<string>
  readonly retweets: boolean | undefined
  readonly notifications: boolean | undefined
  readonly place: "query" | "form"
  readonly named: boolean
  readonly spelling: number
}

/** A request as it goes out, with what has to become of it. */
export interface Loaded {
  readonly bytes: Buffer
  readonly act: Act
  readonly draft: Draft
  readonly verdict: Verdict
  readonly intent: Intent | undefined
  readonly bare: boolean
  readonly surface: Surface
}

const named = <A>(table: Readonly<Record<string, A>>, name: string): A => {
  const found = table[name]
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

const worst = (verdicts: ReadonlyArray<Verdict>): Verdict =>
  verdicts.includes("refused") ? "refused" : verdicts.includes("either") ? "either" : "sound"

const allFlaws: Readonly<Record<string, Flaw>> = Object.assign({}, ...Object.values(flawGroups))

/** Makes the request of its parts. */
export const load = (shot: Shot, spent: Spent): Loaded => {
  const act: Act = named(acts, shot.act)
  const actor = people[shot.actor]
  const target = people[shot.target]
  if (actor === undefined || target === undefined) throw new Error("there is nobody")
  const chosen = shot.flaws.map((name) => named(allFlaws, name))
  const cast = chosen.reduce<Cast>((before, flaw) => Object.assign(before, flaw.cast?.(before)), {
    ...shot,
    actor,
    actorId: actor.id,
    targetId: target.id,
    targetName: target.username,
  })
  const draft: Draft = { ...act.draft(cast) }
  const verdicts: Array<Verdict> = []
  let bare = false
  let surface: Surface = act.surface
  for (const flaw of chosen) {
    if (!(flaw.fits?.(act, draft) ?? true)) continue
    verdicts.push(flaw.verdict(act, draft, cast))
    bare ||= flaw.bare ?? false
    if (flaw.elsewhere === true) surface = "elsewhere"
    Object.assign(draft, flaw.draft?.(draft))
  }
  const query = draft.query.map(
    ([name, value]) => [name, spent.places.get(value) ?? value] as const,
  )
  Object.assign(draft, { query })
  const way = named(ways, shot.way)
  verdicts.push(way.verdict(act))
  // An app on its own is nobody who could be suspended.
  if (actor.suspended === true && act.auth !== "whoever" && way.alone !== true) {
    verdicts.push("refused")
  }
  return {
    bytes: render(draft, way.say(draft, actor, spent)),
    act,
    draft,
    verdict: worst(verdicts),
    intent: act.intent?.(cast),
    bare,
    surface,
  }
}

const names = (table: Readonly<Record<string, unknown>>): fc.Arbitrary<string> =>
  fc.constantFrom(...Object.keys(table))

/** A request without flaws, of which others are variations. */
export const plain: Shot = {
  act: "follow",
  actor: 0,
  target: 1,
  way: "a signature in the header",
  flaws: [],
  retweets: undefined,
  notifications: true,
  place: "form",
  named: false,
  spelling: 0,
}

const hub = people.findIndex(({ username }) => username === "hub")

/** One request in every way, and with every flaw that there is; lists are those of the hub. */
export const variationsOf = (act: string): ReadonlyArray<Shot> => {
  const one: Shot = { ...plain, act, target: named(acts, act).list === true ? hub : plain.target }
  return [
    ...Object.keys(ways).map((way) => ({ ...one, way })),
    ...Object.keys(allFlaws).flatMap((flaw) => [
      { ...one, flaws: [flaw] },
      { ...one, flaws: [flaw], way: "an access token" },
    ]),
  ]
}

const writing = Object.keys(acts).filter((name) => named(acts, name).intent !== undefined)
const [first = "", second = "", third = "", fourth = ""] = Object.keys(ways)

/** Mostly good ones, so that flaws are found where they are. */
const way = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(first, second, third, fourth) },
  { weight: 2, arbitrary: names(ways) },
)

const flaws = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ReadonlyArray<string>>([]) },
  ...Object.values(flawGroups).map((group) => ({
    weight: 2,
    arbitrary: names(group).map((name): ReadonlyArray<string> => [name]),
  })),
  {
    weight: 1,
    // One of each group at most: two of one kind undo each other.
    arbitrary: fc
      .tuple(...Object.values(flawGroups).map((group) => fc.option(names(group))))
      .map((list) => list.filter((name) => name !== null)),
  },
)

/** A request. */
export const shot: fc.Arbitrary<Shot> = fc.record({
  act: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...writing) },
    { weight: 2, arbitrary: names(acts) },
  ),
  actor: fc.nat({ max: actors - 1 }),
  target: fc.nat({ max: people.length - 1 }),
  way,
  flaws,
  retweets: fc.option(fc.boolean(), { nil: undefined }),
  notifications: fc.option(fc.boolean(), { nil: undefined }),
  place: fc.constantFrom("query", "form"),
  named: fc.boolean(),
  spelling: fc.nat({ max: 3 }),
})
