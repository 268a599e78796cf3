/** Random histories, as values: who is asked for what, and what goes wrong meanwhile. */
import { Command, type Edge } from "@kith/core"
import fc from "fast-check"
import * as Fates from "./fates.ts"
import type { Way } from "./process.ts"
import { ada, bea, cyd, dan, eve } from "./world.ts"

/** Bytes of an answer that processes read in these histories. */
export const maxBody = 16 * 1024

const rate = (remaining: number): Readonly<Record<string, string>> => ({
  "x-rate-limit-limit": "50",
  "x-rate-limit-remaining": String(remaining),
})

/** What befalls requests, by names that a history can be printed with. */
export const fates = {
  fine: Fates.fine,
  resetBefore: Fates.resetBefore,
  resetAfter: Fates.resetAfter,
  closedBefore: Fates.closedBefore,
  closedAfter: Fates.closedAfter,
  silentBefore: Fates.silentBefore,
  silentAfter: Fates.silentAfter,
  stalled: Fates.stalled,
  twice: Fates.twice,
  truncated: Fates.truncated,
  dripping: Fates.dripping,
  oversized: Fates.oversized(maxBody + 1),
  endless: Fates.endless(maxBody + 1),
  mistyped: Fates.mistyped,
  replaced: Fates.replaced,
  emptied: Fates.emptied,
  failed500: Fates.failing(500, "in JSON", 0),
  failed503: Fates.failing(503, "without a body", 0),
  failed500After: Fates.failing(500, "in v1.1's words", 1),
  failed502After: Fates.failing(502, "as a page", 1),
  failed504After: Fates.failing(504, "without a body", 1),
  limited: Fates.refusing("a 429 without headers", 429, { title: "Too Many Requests" }),
  limitedPage: Fates.refusing("a 429 as a page", 429, "<html>slow down</html>"),
  limited49: Fates.refusing("a 429 with 49 remaining", 429, {}, rate(49)),
  unauthorized: Fates.refusing("a 401", 401, { title: "Unauthorized", status: 401 }),
  forbidden: Fates.refusing("a 403 as a page", 403, "<html>no</html>"),
  redirected: Fates.refusing("a redirect", 307, "", { location: "http://127.0.0.1:1/" }),
} as const satisfies Readonly<Record<string, Fates.Fate>>

export type FateName = keyof typeof fates

/** They cost real time, and are to the service what a reset is. */
const slow: ReadonlyArray<FateName> = ["silentBefore", "silentAfter", "stalled"]

const isName = (name: string): name is FateName => name in fates

const fate = fc.oneof(
  { weight: 60, arbitrary: fc.constant<FateName>("fine") },
  {
    weight: 60,
    arbitrary: fc.constantFrom(
      ...Object.keys(fates)
        .filter(isName)
        .filter((name) => !slow.includes(name)),
    ),
  },
  // A lost answer is what matters most.
  { weight: 10, arbitrary: fc.constantFrom<FateName>("resetAfter", "closedAfter") },
  { weight: 2, arbitrary: fc.constantFrom<FateName>(...slow) },
)

/**
 * - `fates`, `tokenFates`: what befalls the next requests, and those for tokens.
 * - `late`: seconds that pass while the first of them is on its way; less than a lease.
 */
const plan = fc.record({
  fates: fc.array(fate, { maxLength: 4 }),
  tokenFates: fc.oneof(
    { weight: 5, arbitrary: fc.constant<Array<FateName>>([]) },
    { weight: 1, arbitrary: fc.array(fate, { maxLength: 2 }) },
  ),
  late: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(30) }),
})

export type Plan = typeof plan extends fc.Arbitrary<infer A> ? A : never

/** Few edges, so that much happens to each. */
const edge: fc.Arbitrary<Edge.Edge> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ source: ada.id, target: bea.id }) },
  { weight: 3, arbitrary: fc.constant({ source: ada.id, target: eve.id }) },
  { weight: 1, arbitrary: fc.constant({ source: ada.id, target: dan.id }) },
  { weight: 1, arbitrary: fc.constant({ source: cyd.id, target: bea.id }) },
)

const flag = fc.option(fc.boolean(), { nil: undefined })

const simple = fc
  .tuple(edge, fc.boolean())
  .map(([{ source, target }, follows]) =>
    follows ? Command.follow(source, target) : Command.unfollow(source, target),
  )

const tuning = fc
  .tuple(edge, fc.boolean(), flag, flag)
  .map(([{ source, target }, follows, retweets, notifications]) =>
    follows
      ? Command.follow(source, target, { retweets, notifications })
      : Command.updatePreferences(source, target, { retweets, notifications }),
  )

/** Whether a way to act on X sets and shows preferences. */
export const hasPreferences = (way: Way): boolean => way === "v1" || way === "auto"

/** What users do on X itself, without us. */
const drift: fc.Arbitrary<Command.Command> = fc
  .tuple(edge, fc.nat(4))
  .map(([{ source, target }, what]) => {
    switch (what) {
      case 0:
        return Command.follow(source, target, { retweets: false })
      case 1:
        return Command.unfollow(source, target)
      case 2:
        return Command.denyRequest(source, target)
      case 3:
        return Command.removeFollower(source, target)
      default:
        return Command.approveRequest(source, target)
    }
  })

const process = fc.nat(1)
/** How many steps a process takes before something happens to it. */
const steps = fc.nat(9)

/** A kind of step, how often it comes, and what else there is to say. */
const step = <Does extends string, Rest extends object>(
  weight: number,
  does: Does,
  rest: { readonly [Key in keyof Rest]: fc.Arbitrary<Rest[Key]> },
): fc.WeightedArbitrary<{ readonly does: Does } & Rest> => ({
  weight,
  arbitrary: fc.record(rest).map((it) => ({ does, ...it })),
})

const stepOf = (way: Way) => {
  const command = hasPreferences(way) ? fc.oneof(simple, tuning) : simple
  return fc.oneof(
    step(12, "execute", { process, command, plan }),
    // One of the last commands, under its id.
    step(6, "repeat", { process, back: fc.nat(3), plan }),
    // Two at the same time, the second one mostly in the other process: commands, or one under one id.
    step(3, "both", {
      commands: fc.tuple(command, command),
      isSame: fc.boolean(),
      second: fc.constantFrom(0, 1, 1),
      dies: fc.option(steps, { nil: undefined }),
      plan,
    }),
    step(3, "die", { process, command, steps, plan }),
    // The store or the journal fails once.
    step(2, "stumble", { process, command, steps, plan }),
    step(3, "wait", { seconds: fc.oneof(fc.nat(10), fc.constantFrom(61, 901, 7_201)) }),
    step(2, "resolve", { process, plan }),
    step(2, "reconcile", { process, edge, plan }),
    step(1, "restart", { process }),
    // Connections are refused.
    step(1, "down", { process, command }),
    // X ends an access token.
    step(1, "expire", { edge }),
    step(1, "drift", { command: drift }),
  )
}

/**
 * - `lag`: seconds by which X's reads are behind; the service is told a second more.
 * - `freshFor`, `resolveAtStart`: see the service's options.
 * - `ahead`: minutes by which the clock of the second process is ahead.
 */
export const historyOf = (way: Way) =>
  fc.record({
    way: fc.constant(way),
    lag: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(1, 5) },
    ),
    freshFor: fc.constantFrom(0, 60_000),
    resolveAtStart: fc.boolean(),
    ahead: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constantFrom(-10, 10) },
    ),
    steps: fc.array(stepOf(way), { minLength: 1, maxLength: 12 }),
  })

export type History = ReturnType<typeof historyOf> extends fc.Arbitrary<infer A> ? A : never
export type Step = History["steps"][number]
