/**
 * Why an archive cannot be read, or does not go with a store.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * | reason | what it means |
 * | --- | --- |
 * | `NotAnArchive` | the file is of another program |
 * | `NewerFormat` | the file was written by newer code |
 * | `Damaged` | a line is not what was written; nothing of its chunk was imported |
 * | `Truncated` | the last line is missing; what comes before the last checkpoint was imported |
 * | `Unreadable` | an event was written by newer code, or is none; nothing of its chunk was imported |
 * | `OtherStore` | the store does not hold what the archive does |
 *
 * `line` is where, counted from 1; `what` says what is the matter and what to do.
 *
 * @category errors
 * @since 0.1.0
 */
export class ArchiveError extends Schema.TaggedError<ArchiveError>()("ArchiveError", {
  reason: Schema.Literals([
    "NotAnArchive",
    "NewerFormat",
    "Damaged",
    "Truncated",
    "Unreadable",
    "OtherStore",
  ]),
  line: Schema.Int,
  what: Schema.String,
}) {
  readonly retryable = false
  override get message(): string {
    return `line ${this.line}: ${this.what}`
  }
}
