/**
 * What one writes who needs a follow graph on PostgreSQL and no library: the driver, integers for all
 * there is, named prepared statements, and one optimistic statement for a command: it appends the event
 * and moves the edge on, if the edge still has the version that it was decided on.
 */
import { Pool } from "pg"

export type Pair = readonly [source: string, target: string]

export interface ByHand {
  /** Follows where nobody followed before; false when somebody did. One statement, one round trip. */
  readonly follow: (pair: Pair) => Promise<boolean>
  /** The same for many edges that are all new. One statement, one round trip. */
  readonly followAll: (pairs: ReadonlyArray<Pair>) => Promise<number>
  /** Reads all events, and does nothing with them. */
  readonly scan: () => Promise<number>
  readonly close: () => Promise<void>
}

interface Layout {
  readonly schema: string
  /** Source, target, expected version, time. */
  readonly one: string
  /** Sources, targets, time. */
  readonly many: string
}

/**
 * The same work as Kith's: events with an id of their own and the way back to the one before, and lists
 * in both directions in the order of following. There are no counts: counting by hand takes a row for
 * each user that all who follow a celebrity wait for.
 */
export const whole: Layout = {
  schema: `
    CREATE SEQUENCE position;
    CREATE TABLE event (
      position bigint PRIMARY KEY, id uuid NOT NULL, source bigint NOT NULL, target bigint NOT NULL,
      previous bigint, time bigint NOT NULL, version int NOT NULL, kind smallint NOT NULL);
    CREATE TABLE edge (
      source bigint, target bigint, since bigint NOT NULL, last bigint NOT NULL, version int NOT NULL,
      state smallint NOT NULL, PRIMARY KEY (source, target));
    CREATE INDEX followers ON edge (target, since) WHERE state > 0;
    CREATE INDEX following ON edge (source, since) WHERE state > 0`,
  one: `
    WITH next AS (SELECT nextval('position') AS position),
    kept AS (
      INSERT INTO edge SELECT $1, $2, position, position, $3::int + 1, 3 FROM next
      ON CONFLICT (source, target) DO UPDATE SET
        since = excluded.since, last = excluded.last, version = excluded.version, state = excluded.state
      WHERE edge.version = $3
      RETURNING last)
    INSERT INTO event
    SELECT last, gen_random_uuid(), $1, $2, NULL, $4, $3::int + 1, 1 FROM kept`,
  many: `
    WITH next AS (
      SELECT nextval('position') AS position, source, target
      FROM unnest($1::bigint[], $2::bigint[]) AS pair (source, target)),
    kept AS (
      INSERT INTO edge SELECT source, target, position, position, 1, 3 FROM next
      ON CONFLICT DO NOTHING RETURNING source, target, last)
    INSERT INTO event SELECT last, gen_random_uuid(), source, target, NULL, $3, 1, 1 FROM kept`,
}

/**
 * The least that can be called event-sourced: bare events, the state of each edge, and an index of
 * followers by id. No ids, no order of following.
 */
export const bare: Layout = {
  schema: `
    CREATE TABLE event (
      position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, source bigint NOT NULL,
      target bigint NOT NULL, time bigint NOT NULL, version int NOT NULL, kind smallint NOT NULL);
    CREATE TABLE edge (
      source bigint, target bigint, version int NOT NULL, state smallint NOT NULL,
      PRIMARY KEY (source, target));
    CREATE INDEX followers ON edge (target, source)`,
  one: `
    WITH kept AS (
      INSERT INTO edge VALUES ($1, $2, $3::int + 1, 3)
      ON CONFLICT (source, target) DO UPDATE SET version = excluded.version, state = excluded.state
      WHERE edge.version = $3
      RETURNING version)
    INSERT INTO event (source, target, time, version, kind) SELECT $1, $2, $4, version, 1 FROM kept`,
  many: `
    WITH kept AS (
      INSERT INTO edge
      SELECT source, target, 1, 3 FROM unnest($1::bigint[], $2::bigint[]) AS pair (source, target)
      ON CONFLICT DO NOTHING RETURNING source, target)
    INSERT INTO event (source, target, time, version, kind) SELECT source, target, $3, 1, 1 FROM kept`,
}

const page = 10_000

export const open = async (url: string, layout: Layout, connections: number): Promise<ByHand> => {
  const pool = new Pool({ connectionString: url, max: connections })
  // Databases are dropped at the end, whoever is still connected.
  pool.on("error", () => undefined)
  await pool.query(layout.schema)
  return {
    follow: async ([source, target]) => {
      const { rowCount } = await pool.query({
        name: "one",
        text: layout.one,
        values: [source, target, 0, Date.now()],
      })
      return rowCount === 1
    },
    followAll: async (pairs) => {
      const sources = pairs.map(([source]) => source)
      const targets = pairs.map(([, target]) => target)
      const { rowCount } = await pool.query({
        name: "many",
        text: layout.many,
        values: [sources, targets, Date.now()],
      })
      return rowCount ?? 0
    },
    scan: async () => {
      let count = 0
      let after = 0
      for (;;) {
        const { rows } = await pool.query<Array<unknown>>({
          rowMode: "array",
          name: "scan",
          text: "SELECT * FROM event WHERE position > $1 ORDER BY position LIMIT $2",
          values: [after, page],
        })
        count += rows.length
        if (rows.length < page) return count
        after = Number(rows.at(-1)?.[0])
      }
    },
    close: () => pool.end(),
  }
}
