/**
 * What a log says, read as it grows: every event has its place, every command its events, whole and
 * once, and every edge the state that they lead to.
 */
import {
  Decider,
  Edge,
  type RecordedEvent,
  type Relationship,
  type RelationshipStore,
  type UserId,
} from "@kith/core"
import { Check, Fixtures } from "@kith/core/testing"
import { Effect, Result } from "effect"
import { type Load, numberOf, orderAt } from "./load.ts"
import { factsOf } from "./world.ts"

type Event = RecordedEvent.RecordedEvent

/** An edge as its events have left it. `since` is the position at which its status began. */
export interface Fold {
  readonly edge: Edge.Edge
  readonly events: ReadonlyArray<Event>
  readonly relationship: Relationship.Relationship
  readonly since: number
}

export class Book {
  readonly load: Load
  readonly log: Array<Event> = []
  readonly folds = new Map<string, Fold>()
  /** The events of each command, by its number. */
  readonly effects = new Map<number, ReadonlyArray<Event>>()
  readonly #ids = new Set<string>()

  constructor(load: Load) {
    this.load = load
  }

  get last(): number {
    return this.log.at(-1)?.position ?? 0
  }

  /** Every user at an end of an edge that something happened to. */
  get users(): ReadonlyArray<UserId.UserId> {
    const folds = Array.from(this.folds.values())
    return Array.from(new Set(folds.flatMap(({ edge }) => [edge.source, edge.target])))
  }

  /** Takes over all that a store has behind {@link last}. */
  read(store: RelationshipStore.RelationshipStore["Service"]): Effect.Effect<void, unknown> {
    return Effect.gen({ self: this }, function* () {
      for (;;) {
        const events = yield* store.log(this.last, 1000)
        if (events.length === 0) return
        // A page may end within a change, whose rest is at the beginning of the next one.
        const { commandId } = events.at(-1) ?? {}
        this.add(
          events.length < 1000 ? events : events.filter((event) => event.commandId !== commandId),
        )
      }
    })
  }

  /** Takes over what the log has behind {@link last}, which has to begin and end with a change. */
  add(events: ReadonlyArray<Event>): void {
    let change: Array<Event> = []
    for (const event of events) {
      Check.holds("positions strictly increase", event.position > this.last)
      Check.holds("no event id comes twice", !this.#ids.has(event.id))
      this.#ids.add(event.id)
      this.log.push(Fixtures.plain(event))
      if (change[0] !== undefined && change[0].commandId !== event.commandId) {
        this.#addChange(change)
        change = []
      }
      change.push(Fixtures.plain(event))
    }
    if (change.length > 0) this.#addChange(change)
  }

  #addChange(change: ReadonlyArray<Event>): void {
    const [first] = change
    if (first === undefined) return
    const number = numberOf(this.load, first)
    const order = number === undefined ? undefined : orderAt(this.load, number)
    if (number === undefined || order?.command === undefined) {
      throw new Check.Mismatch("an event comes of a command", "one of the load", first)
    }
    const { command, edge } = order
    Check.holds(`command ${number} has its effect once`, !this.effects.has(number))
    this.effects.set(number, change)
    const before = this.foldOf(edge)
    const expected = Decider.decide(before.relationship, command, factsOf(edge))
    Check.equal(
      `command ${number} has its whole effect on what it found`,
      change.map(({ event, position, source, target, version }) => ({
        event,
        position,
        source,
        target,
        version,
      })),
      Result.getOrElse(expected, () => []).map((event, index) => ({
        event,
        position: first.position + index,
        source: edge.source,
        target: edge.target,
        version: before.events.length + 1 + index,
      })),
    )
    const relationship = Decider.fold(
      before.relationship,
      change.map(({ event }) => event),
    )
    this.folds.set(Edge.key(edge), {
      edge,
      events: [...before.events, ...change],
      relationship,
      since: relationship._tag === before.relationship._tag ? before.since : first.position,
    })
  }

  foldOf(edge: Edge.Edge): Fold {
    const nothing = { edge, events: [], relationship: Decider.initial, since: 0 }
    return this.folds.get(Edge.key(edge)) ?? nothing
  }
}
