/**
 * The parent of workers that are killed: it remembers what they began and what they acknowledged, and
 * holds the store to it.
 */
import { Decider, type Relationships, type Receipt, type RelationshipStore } from "@kith/core"
import { Check, Fixtures } from "@kith/core/testing"
import { Effect } from "effect"
import type { Book } from "./book.ts"
import type { Line } from "./lines.ts"
import { isRepeatable, orderAt } from "./load.ts"
import { perform } from "./perform.ts"

type Store = RelationshipStore.RelationshipStore["Service"]

const plain = (receipt: Receipt.Receipt): Receipt.Receipt => ({
  ...receipt,
  events: receipt.events.map(Fixtures.plain),
})

/** Errors that say for certain that nothing was changed. */
const harmless = new Set(["CommandIdReused", "TooManyConflicts", "InvalidInput"])

interface Acknowledged {
  readonly receipt: Receipt.Receipt
  /** When it was heard of first. */
  readonly at: number
}

export class Witness {
  readonly book: Book
  /** How many have begun a command and not heard what it came to: it may have an effect. */
  readonly #open = new Map<number, number>()
  readonly #acknowledged = new Map<number, Acknowledged>()
  /** Commands that somebody was told to have no effect; but there may be others who began them too. */
  readonly #refused = new Set<number>()
  #next = 0
  /** How many answers were those that somebody else had had. */
  repeated = 0
  /** How many commands failed, by the reason and the message. */
  readonly failures = new Map<string, number>()

  constructor(book: Book) {
    this.book = book
  }

  get acknowledged(): number {
    return this.#acknowledged.size
  }

  /** Numbers that nobody has used yet. */
  take(count: number): number {
    this.#next += count
    return this.#next - count
  }

  /** Commands with an id that nobody knows the outcome of. */
  get unheard(): ReadonlyArray<number> {
    return Array.from(this.#open.keys()).filter(
      (number) =>
        isRepeatable(number) && !this.#acknowledged.has(number) && !this.#refused.has(number),
    )
  }

  /** The last of those with an id that were acknowledged. */
  heard(count: number): ReadonlyArray<number> {
    return Array.from(this.#acknowledged.keys()).filter(isRepeatable).slice(-count)
  }

  /** Takes over what a worker has said. */
  hear(lines: ReadonlyArray<Line>): void {
    const began = new Map<number, number>()
    for (const line of lines) {
      // Who only looks leaves nothing behind.
      if ("number" in line && orderAt(this.book.load, line.number).command === undefined) continue
      if (line._tag === "Begun") {
        began.set(line.number, line.at)
        this.#open.set(line.number, (this.#open.get(line.number) ?? 0) + 1)
      } else if (line._tag === "Answered") {
        this.#answered(line.number, plain(line.receipt), line.at)
      } else if (line._tag === "Rejected") {
        this.#idle(line.number, began.get(line.number) ?? 0)
      } else if (line._tag === "Failed") {
        const tag = `${line.reason ?? line.tag}: ${line.message}`
        this.failures.set(tag, (this.failures.get(tag) ?? 0) + 1)
        if (harmless.has(line.tag)) this.#idle(line.number, began.get(line.number) ?? 0)
      }
    }
  }

  #close(number: number): void {
    const others = (this.#open.get(number) ?? 0) - 1
    if (others > 0) this.#open.set(number, others)
    else this.#open.delete(number)
  }

  #idle(number: number, began: number): void {
    const acknowledged = this.#acknowledged.get(number)
    Check.holds(
      `command ${number} was acknowledged, and is not refused when it is repeated`,
      acknowledged === undefined || began < acknowledged.at,
    )
    this.#refused.add(number)
    this.#close(number)
  }

  #answered(number: number, receipt: Receipt.Receipt, at: number): void {
    this.#close(number)
    const earlier = this.#acknowledged.get(number)
    if (earlier !== undefined) {
      Check.equal(`command ${number} has one receipt under one id`, receipt, earlier.receipt)
      this.repeated += 1
    }
    this.#acknowledged.set(number, { receipt, at: Math.min(at, earlier?.at ?? at) })
  }

  /** Reads what is new in the log. Nobody may be at work. */
  read(store: Store): Effect.Effect<void, unknown> {
    return Effect.gen({ self: this }, function* () {
      yield* this.book.read(store)
      this.#compare()
    })
  }

  /** Whether the log has what was acknowledged, and nothing that nobody has begun. */
  #compare(): void {
    for (const [number, { receipt }] of this.#acknowledged) {
      Check.equal(
        `what was acknowledged of command ${number} is in the log`,
        this.book.effects.get(number) ?? [],
        receipt.events,
      )
      const { events } = this.book.foldOf(orderAt(this.book.load, number).edge)
      Check.equal(
        `command ${number} was told the state of its version`,
        receipt.relationship,
        Decider.fold(
          Decider.initial,
          events.slice(0, receipt.version).map(({ event }) => event),
        ),
      )
    }
    for (const number of this.book.effects.keys()) {
      Check.holds(
        `command ${number} has an effect, and was acknowledged or nobody knows`,
        this.#acknowledged.has(number) || this.#open.has(number),
      )
    }
  }

  /** Repeats what has an id: what nobody heard of gets its answer, the rest has its own again. */
  repeat(count: number): Effect.Effect<void, unknown, Relationships.Relationships> {
    return this.#perform([...this.unheard, ...this.heard(count)])
  }

  /** Carries out so many new commands. */
  goOn(count: number): Effect.Effect<void, unknown, Relationships.Relationships> {
    const from = this.take(count)
    return this.#perform(Array.from({ length: count }, (_, index) => from + index))
  }

  #perform(
    numbers: ReadonlyArray<number>,
  ): Effect.Effect<void, unknown, Relationships.Relationships> {
    return Effect.suspend(() => {
      const lines: Array<Line> = []
      const task = { load: this.book.load, numbers, from: 0, until: 0, inFlight: 8, insists: true }
      return Effect.map(
        perform(task, (line) => void lines.push(line)),
        () => this.hear(lines),
      )
    })
  }
}
