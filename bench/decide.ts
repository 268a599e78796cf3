/** The pure part: `decide` and `evolve` for one command, against a hand-written switch. */
import { Command, Decider, Facts, type Relationship, UserId } from "@kith/core"
import { type Benchmark, type Contender, slower, takeTurns, timed } from "./harness.ts"

const count = 2_000_000
const rounds = 11
const warmups = 4

const [source, target] = [UserId.make("63046977"), UserId.make("2244994945")]

/** A life of an edge: asked for, let in, tuned, asked for again, ended. */
const life: ReadonlyArray<readonly [Command.Command, Facts.Facts]> = [
  [Command.follow(source, target), Facts.guarded],
  [Command.approveRequest(source, target), Facts.open],
  [Command.updatePreferences(source, target, { retweets: false }), Facts.open],
  [Command.follow(source, target, { notifications: true }), Facts.open],
  [Command.follow(source, target), Facts.open],
  [Command.unfollow(source, target), Facts.open],
  [Command.follow(source, target), Facts.open],
  [Command.unfollow(source, target), Facts.open],
]

const kith: Contender = async () => () =>
  timed(count, () => {
    let state: Relationship.Relationship = Decider.initial
    for (let index = 0; index < count; index++) {
      const step = life[index & 7]
      if (step === undefined) continue
      const decision = Decider.decide(state, step[0], step[1])
      if (decision._tag === "Failure") continue
      for (const event of decision.success) state = Decider.evolve(state, event)
    }
    return state
  })

interface PlainState {
  readonly type: "none" | "pending" | "following"
  readonly retweets: boolean
  readonly notifications: boolean
}

interface PlainEvent {
  readonly type: string
  readonly reason?: string
  readonly retweets?: boolean
  readonly notifications?: boolean
}

/** The same rules as one writes them by hand: plain objects, made anew. */
const decide = (
  state: PlainState,
  command: Command.Command,
  facts: Facts.Facts,
): ReadonlyArray<PlainEvent> => {
  switch (command._tag) {
    case "Follow": {
      if (command.source === command.target) return [{ type: "rejected", reason: "self" }]
      if (facts.target === "missing") return [{ type: "rejected", reason: "missing" }]
      if (facts.target === "suspended") return [{ type: "rejected", reason: "suspended" }]
      if (facts.blockedByTarget) return [{ type: "rejected", reason: "blocked" }]
      if (facts.blocksTarget) return [{ type: "rejected", reason: "blocking" }]
      if (state.type === "none") {
        return [
          {
            type: facts.target === "protected" ? "requested" : "followed",
            retweets: command.retweets ?? true,
            notifications: command.notifications ?? false,
          },
        ]
      }
      return tune(state, command)
    }
    case "UpdatePreferences":
      return state.type === "none" ? [] : tune(state, command)
    case "Unfollow":
      return state.type === "none" ? [] : [{ type: "unfollowed" }]
    case "ApproveRequest":
      return state.type === "pending" ? [{ type: "approved" }] : []
    case "DenyRequest":
      return state.type === "pending" ? [{ type: "denied" }] : []
    case "RemoveFollower":
      return state.type === "following" ? [{ type: "removed" }] : []
  }
}

const tune = (
  state: PlainState,
  {
    retweets,
    notifications,
  }: { retweets?: boolean | undefined; notifications?: boolean | undefined },
): ReadonlyArray<PlainEvent> => {
  const events: Array<PlainEvent> = []
  if (retweets !== undefined && retweets !== state.retweets) {
    events.push({ type: "retweets", retweets })
  }
  if (notifications !== undefined && notifications !== state.notifications) {
    events.push({ type: "notifications", notifications })
  }
  return events
}

const evolve = (state: PlainState, event: PlainEvent): PlainState => {
  switch (event.type) {
    case "requested":
    case "followed":
      return {
        type: event.type === "requested" ? "pending" : "following",
        retweets: event.retweets ?? true,
        notifications: event.notifications ?? false,
      }
    case "approved":
      return { ...state, type: "following" }
    case "retweets":
      return { ...state, retweets: event.retweets ?? true }
    case "notifications":
      return { ...state, notifications: event.notifications ?? false }
    case "rejected":
      return state
    default:
      return { type: "none", retweets: true, notifications: false }
  }
}

const byHand: Contender = async () => () =>
  timed(count, () => {
    let state: PlainState = { type: "none", retweets: true, notifications: false }
    for (let index = 0; index < count; index++) {
      const step = life[index & 7]
      if (step === undefined) continue
      for (const event of decide(state, step[0], step[1])) state = evolve(state, event)
    }
    return state
  })

export const contenders: Readonly<Record<string, Contender>> = { kith, "by hand": byHand }

const benchmark: Benchmark = {
  title: "decide and evolve, one command",
  run: async () => {
    const times = await takeTurns(import.meta.filename, Object.keys(contenders), rounds, warmups)
    return [
      slower("decide + evolve, against a hand-written switch", times, "kith", "by hand", 1.25),
    ]
  },
}

export default benchmark
