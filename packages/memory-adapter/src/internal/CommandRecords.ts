/**
 * The commands that are remembered, so that their repetition is answered alike: the newest so many,
 * since nothing in memory may grow for ever only because callers name their commands.
 *
 * A ring of the ids tells which one is the oldest; asking a `Map` for its first key gets slow when
 * keys come and go all the time. The events of a command are not kept here a second time: the log
 * has them.
 */

/** How a command ended. Its events have the positions from `first`, one after the other. */
export interface CommandEnd {
  readonly fingerprint: string
  readonly relationship: number
  readonly version: number
  readonly attempts: number
  readonly first: number
  readonly events: number
}

export class CommandRecords {
  private readonly limit: number
  private readonly ends = new Map<string, CommandEnd>()
  private readonly ring: Array<string> = []
  private oldest = 0

  constructor(limit: number) {
    this.limit = limit
  }

  get(commandId: string): CommandEnd | undefined {
    return this.ends.get(commandId)
  }

  /** Remembers a command that is not remembered, and forgets the oldest one when there are too many. */
  add(commandId: string, end: CommandEnd): void {
    if (this.ring.length < this.limit) {
      this.ring.push(commandId)
    } else {
      const forgotten = this.ring[this.oldest]
      if (forgotten === undefined) return
      this.ends.delete(forgotten)
      this.ring[this.oldest] = commandId
      this.oldest = (this.oldest + 1) % this.limit
    }
    this.ends.set(commandId, end)
  }
}
