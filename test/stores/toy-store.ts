/**
 * The simplest store there is: one array, searched from the front each time.
 *
 * It keeps every promise of the port except the ones about cost. What an adapter's author has to get
 * right is all here: versions, command ids, who is in which list since when, and waking readers.
 */
import {
  Decider,
  type Edge,
  type Page,
  type RecordedEvent,
  RelationshipStore,
  type UserId,
} from "@kith/core"
import { Effect, Layer } from "effect"

type Change = RelationshipStore.Change
type CommitOutcome = RelationshipStore.CommitOutcome

/** A change with a command id, and how it ended. */
interface Ended {
  readonly change: Change
  readonly record: RelationshipStore.CommandRecord
}

/** All that a store knows. */
export interface State {
  readonly log: Array<RecordedEvent.RecordedEvent>
  readonly commands: Map<string, Ended>
  /** The position that was given last. Its event may be gone from the log. */
  last: number
}

export const empty = (): State => ({ log: [], commands: new Map(), last: 0 })

export const make = (state: State): RelationshipStore.RelationshipStore["Service"] => {
  const { commands, log } = state
  let readers: Array<() => void> = []

  const historyOf = ({ source, target }: Edge.Edge) =>
    log.filter((event) => event.source === source && event.target === target)

  const snapshotOf = (edge: Edge.Edge): RelationshipStore.Snapshot => {
    const history = historyOf(edge)
    return {
      relationship: Decider.fold(
        Decider.initial,
        history.map((recorded) => recorded.event),
      ),
      // Not how many there are: those of an edge that was erased are gone.
      version: history.at(-1)?.version ?? 0,
    }
  }

  const apply = (change: Change): CommitOutcome => {
    const { commandId, edge, events, fingerprint } = change
    const isToBeRemembered = commandId !== undefined && fingerprint !== undefined
    const record = isToBeRemembered ? commands.get(commandId)?.record : undefined
    if (record !== undefined) return { _tag: "Repeated", record }
    const current = snapshotOf(edge)
    if (current.version !== change.expectedVersion) return { _tag: "Conflict", current }
    const position = state.last + 1
    const name = commandId ?? events[0]?.id ?? ""
    const recorded = events.map(({ event, id }, index) => ({
      id,
      source: edge.source,
      target: edge.target,
      version: current.version + 1 + index,
      position: position + index,
      time: change.time,
      commandId: name,
      correlationId: change.correlationId ?? name,
      causationId: change.causationId ?? name,
      actor: change.actor,
      provenance: change.provenance,
      event,
    }))
    log.push(...recorded)
    state.last += events.length
    if (isToBeRemembered) {
      const { attempts, relationship } = change
      const version = current.version + events.length
      const record = { fingerprint, relationship, version, attempts, events: recorded }
      commands.set(commandId, { change, record })
    }
    return { _tag: "Committed", position: events.length === 0 ? 0 : position }
  }

  const wakeReaders = (): void => {
    const woken = readers
    readers = []
    for (const wake of woken) wake()
  }

  /** A whole list, newest first: the other side of each edge, since it entered the list. */
  const entriesOf = (list: Page.ListName, user: UserId.UserId): ReadonlyArray<Page.Entry> => {
    const outgoing = list === "following" || list === "requestsSent"
    const wanted = list === "following" || list === "followers" ? "Following" : "Pending"
    const entries = new Map<UserId.UserId, Page.Entry>()
    const states = new Map<UserId.UserId, ReturnType<typeof Decider.evolve>>()
    for (const { event, position, source, target } of log) {
      if ((outgoing ? source : target) !== user) continue
      const other = outgoing ? target : source
      const relationship = Decider.evolve(states.get(other) ?? Decider.initial, event)
      states.set(other, relationship)
      if (relationship._tag === "None" || relationship._tag !== wanted) entries.delete(other)
      else {
        const since = entries.get(other)?.since ?? position
        entries.set(other, { user: other, relationship, since })
      }
    }
    return Array.from(entries.values()).toSorted((left, right) => right.since - left.since)
  }

  return RelationshipStore.RelationshipStore.of({
    load: (reads) =>
      Effect.sync(() =>
        reads.map(({ commandId, edge }) => ({
          ...snapshotOf(edge),
          record: commandId === undefined ? undefined : commands.get(commandId)?.record,
        })),
      ),
    // One synchronous step: nothing can come in between, and an interruption comes before or after.
    commit: (changes) =>
      Effect.sync(() => {
        const outcomes = changes.map(apply)
        wakeReaders()
        return outcomes
      }),
    history: (edge) => Effect.sync(() => historyOf(edge)),
    list: (list, user, limit, bound) =>
      Effect.sync(() => {
        const entries = entriesOf(list, user)
        const than = bound?.than ?? Infinity
        const newer = entries.filter((entry) => entry.since > than).length
        const begin =
          bound?.direction === "newer"
            ? Math.max(0, newer - limit)
            : entries.filter((entry) => entry.since >= than).length
        const end = bound?.direction === "newer" ? newer : begin + limit
        return {
          entries: entries.slice(begin, end),
          newer: begin > 0,
          older: end < entries.length,
        }
      }),
    counts: (user) =>
      Effect.sync(() => ({
        following: entriesOf("following", user).length,
        followers: entriesOf("followers", user).length,
        requestsSent: entriesOf("requestsSent", user).length,
        requestsReceived: entriesOf("requestsReceived", user).length,
      })),
    log: (after, limit) =>
      Effect.sync(() => log.filter((event) => event.position > after).slice(0, limit)),
    awaitLog: (after) =>
      Effect.callback<void>((resume) => {
        const wake = (): void => resume(Effect.void)
        if ((log.at(-1)?.position ?? 0) > after) return wake()
        readers.push(wake)
        return Effect.sync(() => {
          readers = readers.filter((reader) => reader !== wake)
        })
      }),
  })
}

/** An empty store each time that it is built. */
export const layer = Layer.effect(
  RelationshipStore.RelationshipStore,
  Effect.sync(() => make(empty())),
)
