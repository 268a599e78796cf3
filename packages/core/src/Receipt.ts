/**
 * What a command came to.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { RecordedEvent, Version } from "./RecordedEvent.ts"
import { Relationship } from "./Relationship.ts"

const outcome = {
  relationship: Relationship,
  version: Version,
  events: Schema.Array(RecordedEvent),
  attempts: Schema.Int,
}

/**
 * `Changed` when the command caused events, `Unchanged` when it was so already.
 *
 * - `relationship`, `version`: the edge right after the command.
 * - `events`: what the command caused, oldest first; none when unchanged.
 * - `attempts`: how often it was decided: 1, or more when others changed the edge meanwhile.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Receipt = Schema.TaggedUnion({ Changed: outcome, Unchanged: outcome })

/**
 * @category models
 * @since 0.1.0
 */
export type Receipt = typeof Receipt.Type
