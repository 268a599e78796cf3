/** What a command came to, of what was committed or is remembered. */
import type { Receipt } from "../Receipt.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { Change, CommandRecord } from "../RelationshipStore.ts"

/**
 * The receipt of a command that was carried out before.
 *
 * @internal
 */
export const receiptOfRecord = (record: CommandRecord): Receipt => ({
  _tag: record.events.length > 0 ? "Changed" : "Unchanged",
  relationship: record.relationship,
  version: record.version,
  events: record.events,
  attempts: record.attempts,
})

/**
 * The receipt of a change that was committed.
 *
 * @internal
 */
export const receiptOf = (change: Change, position: number): Receipt => {
  const commandId = change.commandId ?? change.events[0]?.id ?? ""
  const events = change.events.map(({ id, event }, index): RecordedEvent => ({
    id,
    source: change.edge.source,
    target: change.edge.target,
    version: change.expectedVersion + 1 + index,
    position: position + index,
    time: change.time,
    commandId,
    correlationId: change.correlationId ?? commandId,
    causationId: change.causationId ?? commandId,
    actor: change.actor,
    provenance: change.provenance,
    event,
  }))
  return {
    _tag: events.length > 0 ? "Changed" : "Unchanged",
    relationship: change.relationship,
    version: change.expectedVersion + events.length,
    events,
    attempts: change.attempts,
  }
}
