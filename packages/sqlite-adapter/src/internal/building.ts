/**
 * Making what is derived from the log anew, in bites, without the random writes that an edge at a time
 * would take.
 *
 * The log is read once and laid aside in runs, each sorted by edge. Then the runs are merged, a range
 * of edges at a time, so that each table grows at its end alone. What has one event, which is most
 * of a network, is folded by SQL; the rest by the same rules as everywhere else. The lists of
 * targets are sorted by the same means a second time.
 */
import { RelationshipEvent, type Upkeep } from "@kith/core"
import type { Connection, Statement } from "./Connection.ts"
import { eventOf } from "./eventRows.ts"
import { step } from "./places.ts"
import { Sorting, type Range } from "./Sorting.ts"
import type { Bite, Work } from "./steps.ts"
import { number, text } from "./values.ts"

export interface Building {
  readonly connection: Connection
  /** What the names of the tables begin with. */
  readonly prefix: string
  /** Does a bite, in a transaction where that is called for. */
  readonly within: (bite: Bite) => void
  /** Events or edges in a bite; some tens of milliseconds of them unless told. */
  readonly biteSize?: number | undefined
  /** Looks at the events of a range of edges, which are in `runs`. */
  readonly inspect?: ((range: Range, runs: Sorting) => void) | undefined
}

const usualBite = 30_000

/** Ranges are put together of so many pieces of about the same size. */
const pieces = 60

const followRequested = RelationshipEvent.index(RelationshipEvent.followRequested(false, false))
const followed = RelationshipEvent.index(RelationshipEvent.followed(false, false))
const approved = RelationshipEvent.index(RelationshipEvent.followRequestApproved)

/** The place of an edge with one event, when that put it into a list; 0 for all that is to be folded. */
const placeOfOne = `
  CASE WHEN count(*) > 1 THEN 0
    WHEN code % 32 < ${followed} THEN -(position * 4 + code % 32 - ${followRequested})
    WHEN code % 32 < ${approved} THEN position * 4 + code % 32 - ${followed}
    ELSE 0 END`

const addUp = `ON CONFLICT DO UPDATE SET
  following = following + excluded.following, followers = followers + excluded.followers,
  sent = sent + excluded.sent, received = received + excluded.received`

/** Tells how far it is, in thirds: reading the log, the edges, the lists of targets. */
const progress = (total: number, thirds: number, part: number): Upkeep.Progress => ({
  _tag: "Progress",
  done: Math.floor((total * (thirds + Math.min(1, part))) / 3),
  total,
})

class Folding {
  private readonly open: Statement
  private readonly events: Statement
  private readonly setting: Statement

  constructor(connection: Connection, prefix: string, runs: Sorting) {
    const inRange = "(source, target) > (?, ?) AND (source, target) <= (?, ?)"
    this.open = connection.prepare(
      `SELECT EXISTS (SELECT 1 FROM ${prefix}edges WHERE ${inRange} AND place = 0)`,
    )
    this.events = connection.prepare(
      `SELECT runs.source || '', runs.target || '', position, code
       FROM ${runs.rows} CROSS JOIN ${prefix}edges AS edges
       WHERE ${runs.inRange} AND edges.source = runs.source AND edges.target = runs.target
         AND edges.place = 0
       ORDER BY runs.source, runs.target, position`,
    )
    this.setting = connection.prepare(
      `UPDATE ${prefix}edges SET place = ? WHERE source = ? AND target = ?`,
    )
  }

  /** Folds the edges of a range that have more than one event, or one of another kind. */
  run(range: Range): void {
    if (this.open.first(...range.from, ...range.to)?.[0] !== 1) return
    let edge: readonly [source: string, target: string] | undefined
    let place: number | null = null
    const end = (): void => {
      if (edge !== undefined) this.setting.run(place, BigInt(edge[0]), BigInt(edge[1]))
    }
    for (const row of this.events.all(...range.from, ...range.to)) {
      const [source, target] = [text(row[0]), text(row[1])]
      if (edge?.[0] !== source || edge[1] !== target) {
        end()
        edge = [source, target]
        place = null
      }
      place = step(place, eventOf(number(row[3])), number(row[2]))
    }
    end()
  }
}

/**
 * Fills the tables, which are there and empty, with all that the log has up to position `last`.
 *
 * @returns how far it is, and bites
 */
export function* build(building: Building, last: number): Work<Upkeep.Progress> {
  const { biteSize = usualBite, connection, inspect, prefix, within } = building
  const sampling = Math.max(1, Math.floor(biteSize / pieces))
  const columns = ["position", "code", "version", ...(inspect === undefined ? [] : ["previous"])]
  const runs = new Sorting(connection, "runs", ["source", "target"], columns, {
    sampling,
    by: "position",
  })
  const sides = new Sorting(connection, "sides", ["target", "place"], ["source"], {
    sampling,
    by: "(place / 4)",
  })

  const reading = runs.insert(
    `SELECT source, target, ${columns.join(", ")} FROM main.events
     WHERE position > ? AND position <= ?`,
  )
  const skip = connection.prepare("SELECT min(position) FROM main.events WHERE position > ?")
  const at = { position: 0, total: last }
  while (at.position < last) {
    yield () =>
      within(() => {
        // What was erased leaves gaps, and what was cleared a large one.
        const next = number(skip.first(at.position)?.[0]) || last + 1
        if (at.position === 0) at.total = Math.max(0, last - next + 1)
        at.position = Math.min(last, next - 1 + biteSize)
        if (next <= last) reading(next - 1, at.position)
      })
    yield progress(at.total, 0, 1 - (last - at.position) / Math.max(1, at.total))
  }

  const edges = connection.prepare(
    `INSERT INTO ${prefix}edges
     SELECT source, target, ${placeOfOne}, max(position), version
     FROM ${runs.rows} WHERE ${runs.inRange} GROUP BY source, target`,
  )
  const inRange = "(source, target) > (?, ?) AND (source, target) <= (?, ?) AND place IS NOT NULL"
  const outgoing = connection.prepare(
    `INSERT INTO ${prefix}outgoing SELECT source, place, target FROM ${prefix}edges
     WHERE ${inRange} ORDER BY source, place`,
  )
  const sources = connection.prepare(
    `INSERT INTO ${prefix}users SELECT source, sum(place > 0), 0, sum(place < 0), 0
     FROM ${prefix}edges WHERE ${inRange} GROUP BY source ${addUp}`,
  )
  const aside = sides.insert(`SELECT target, place, source FROM ${prefix}edges WHERE ${inRange}`)
  const folding = new Folding(connection, prefix, runs)
  const ranges = runs.ranges(biteSize)
  for (const [index, range] of ranges.entries()) {
    yield () =>
      within(() => {
        inspect?.(range, runs)
        edges.run(...range.from, ...range.to)
        folding.run(range)
        outgoing.run(...range.from, ...range.to)
        sources.run(...range.from, ...range.to)
        aside(...range.from, ...range.to)
      })
    yield progress(at.total, 1, (index + 1) / ranges.length)
  }

  const incoming = connection.prepare(
    `INSERT INTO ${prefix}incoming SELECT target, place, source
     FROM ${sides.rows} WHERE ${sides.inRange} ORDER BY target, place`,
  )
  const targets = connection.prepare(
    `INSERT INTO ${prefix}users SELECT target, 0, sum(place > 0), 0, sum(place < 0)
     FROM ${prefix}incoming WHERE (target, place) > (?, ?) AND (target, place) <= (?, ?)
     GROUP BY target ${addUp}`,
  )
  const sideRanges = sides.ranges(biteSize)
  for (const [index, range] of sideRanges.entries()) {
    yield () =>
      within(() => {
        incoming.run(...range.from, ...range.to)
        targets.run(...range.from, ...range.to)
      })
    yield progress(at.total, 2, (index + 1) / sideRanges.length)
  }
}
