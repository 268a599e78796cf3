/**
 * What the sandbox's state has to be, by a model that shares no code with it: plain objects, and the
 * rules of following written down once more.
 */
import { people, type Person, seeded } from "./world.ts"

export interface Edge {
  readonly state: "none" | "pending" | "following"
  readonly retweets: boolean
  readonly notifications: boolean
}

/** What a request wants done when nothing is wrong with it. */
export type Intent =
  | {
      readonly do: "follow" | "tune"
      readonly source: string
      readonly target: string
      readonly retweets?: boolean | undefined
      readonly notifications?: boolean | undefined
    }
  | {
      readonly do:
        | "unfollow"
        | "approve"
        | "deny"
        | "remove"
        | "block"
        | "unblock"
        | "mute"
        | "unmute"
      readonly source: string
      readonly target: string
    }
  | { readonly do: "protect"; readonly target: string; readonly protected: boolean }

/**
 * How the rules answer: done (perhaps without any change), refused, or that they do not say; and what
 * becomes of the state in the end.
 */
export interface Decision {
  readonly answer: "done" | "refused" | "either"
  readonly change?: () => void
}

const none: Edge = { state: "none", retweets: false, notifications: false }
const refused: Decision = { answer: "refused" }
const nothing: Decision = { answer: "done" }

export class Model {
  readonly users = new Map(people.map((person) => [person.id, person]))
  readonly edges = new Map<string, Edge>()
  readonly blocks = new Set<string>()
  readonly mutes = new Set<string>()
  /** How many events each edge has had. */
  readonly events = new Map<string, number>()

  constructor() {
    for (const { source, target } of seeded) {
      this.#set(source.id, target.id, { state: "following", retweets: true, notifications: false })
    }
    const [alpha, , , , , wall] = people
    if (alpha !== undefined && wall !== undefined) this.blocks.add(`${wall.id} ${alpha.id}`)
  }

  edge(source: string, target: string): Edge {
    return this.edges.get(`${source} ${target}`) ?? none
  }

  #set(source: string, target: string, edge: Edge, count = 1): void {
    const key = `${source} ${target}`
    if (edge.state === "none") this.edges.delete(key)
    else this.edges.set(key, edge)
    this.events.set(key, (this.events.get(key) ?? 0) + count)
  }

  #follow(target: Person, intent: Extract<Intent, { do: "follow" | "tune" }>): Decision {
    const { source } = intent
    if (target.suspended === true) return refused
    if (this.blocks.has(`${target.id} ${source}`)) return refused
    if (this.blocks.has(`${source} ${target.id}`)) return refused
    if (this.edge(source, target.id).state !== "none") return this.#tune(intent)
    const { retweets = true, notifications = false } = intent
    const state = target.protected === true ? "pending" : "following"
    return {
      answer: "done",
      change: () => this.#set(source, target.id, { state, retweets, notifications }),
    }
  }

  #tune(intent: Extract<Intent, { do: "follow" | "tune" }>): Decision {
    const { source, target } = intent
    const edge = this.edge(source, target)
    if (edge.state === "none") return refused
    const { retweets = edge.retweets, notifications = edge.notifications } = intent
    const count = Number(retweets !== edge.retweets) + Number(notifications !== edge.notifications)
    // v1.1 refuses to ask twice.
    if (count === 0) return edge.state === "pending" ? { answer: "either" } : nothing
    return {
      answer: "done",
      change: () => this.#set(source, target, { ...edge, retweets, notifications }, count),
    }
  }

  /** Ends an edge in one of these states, if it is. */
  #end(source: string, target: string, ...states: ReadonlyArray<Edge["state"]>): Decision {
    if (!states.includes(this.edge(source, target).state)) return nothing
    return { answer: "done", change: () => this.#set(source, target, none) }
  }

  #answerRequest(source: string, target: string, approves: boolean): Decision {
    const edge = this.edge(source, target)
    if (edge.state === "pending") {
      const next: Edge = approves ? { ...edge, state: "following" } : none
      return { answer: "done", change: () => this.#set(source, target, next) }
    }
    // A repeated answer finds what it wanted; anything else has nothing to answer.
    return (edge.state === "following") === approves ? nothing : refused
  }

  #block(source: string, target: string): Decision {
    return {
      answer: "done",
      change: () => {
        this.blocks.add(`${source} ${target}`)
        this.#end(source, target, "pending", "following").change?.()
        this.#end(target, source, "pending", "following").change?.()
      },
    }
  }

  /** How the rules answer an intent now. */
  decide(intent: Intent): Decision {
    const target = this.users.get(intent.target)
    if (target === undefined) return refused
    if (intent.do === "protect") {
      const changed = { ...target, protected: intent.protected }
      return { answer: "done", change: () => void this.users.set(target.id, changed) }
    }
    const { source } = intent
    if (source === target.id) {
      // Leaving oneself is nothing; where the wire says otherwise is not written anywhere.
      return intent.do === "follow" || intent.do === "block" ? refused : { answer: "either" }
    }
    const pair = `${source} ${target.id}`
    switch (intent.do) {
      case "follow":
        return this.#follow(target, intent)
      case "tune":
        return this.#tune(intent)
      case "unfollow": {
        const ended = this.#end(source, target.id, "pending", "following")
        // v1.1 says that there is no such user.
        return target.suspended === true ? { ...ended, answer: "either" } : ended
      }
      case "remove":
        return this.#end(source, target.id, "following")
      case "approve":
      case "deny":
        return this.#answerRequest(source, target.id, intent.do === "approve")
      case "block":
        return this.#block(source, target.id)
      case "unblock":
        return { answer: "done", change: () => void this.blocks.delete(pair) }
      case "mute":
        return { answer: "done", change: () => void this.mutes.add(pair) }
      case "unmute":
        return { answer: "done", change: () => void this.mutes.delete(pair) }
    }
  }
}
