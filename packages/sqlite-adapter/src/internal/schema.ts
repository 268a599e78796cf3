/**
 * The tables. What is kept in a file is a promise to every later version of this code: a version here
 * is never changed, a new one is added behind it.
 *
 * - `events`: the log. `code` is the event, who acted and the provenance, see eventRows.ts;
 *   `previous` is the position of the edge's event before it, so that a history needs no index; `time`
 *   is what the time differs from the one in the event's id; `names` are the command id, correlation
 *   and causation where they are not the event's own id; `actor` is who acted when it was neither side.
 * - `edges`: what is known of an edge. `place` is where it is in the lists, see places.ts; NULL when it
 *   is in none.
 * - `outgoing`, `incoming`: both lists of a user in one direction, in their order, with all that a page
 *   shows. They are tables and not indexes of `edges`, because an index cannot be made in bites.
 * - `users`: the lengths of the lists.
 * - `commands`: the command ids that are remembered.
 * - `journal`: the entries of the `Journal`.
 * - `marks`: one row: positions up to `floor` were used, also when nothing is there any more; and
 *   `journal` is the newest version that an entry of the journal got.
 */

/** Says that a file is of this adapter: "Kith" in ASCII. */
export const applicationId = 0x4b697468

/**
 * What is derived from the log. A prefix makes tables beside those in use, see rebuilding.ts.
 */
export const derived = (prefix = ""): string => `
  CREATE TABLE ${prefix}edges (
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    place INTEGER,
    last INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (source, target)
  ) WITHOUT ROWID;
  CREATE TABLE ${prefix}outgoing (
    source INTEGER NOT NULL,
    place INTEGER NOT NULL,
    target INTEGER NOT NULL,
    PRIMARY KEY (source, place)
  ) WITHOUT ROWID;
  CREATE TABLE ${prefix}incoming (
    target INTEGER NOT NULL,
    place INTEGER NOT NULL,
    source INTEGER NOT NULL,
    PRIMARY KEY (target, place)
  ) WITHOUT ROWID;
  CREATE TABLE ${prefix}users (
    id INTEGER PRIMARY KEY,
    following INTEGER NOT NULL,
    followers INTEGER NOT NULL,
    sent INTEGER NOT NULL,
    received INTEGER NOT NULL
  );
`

/** The tables of {@link derived}. */
export const derivedTables = ["edges", "outgoing", "incoming", "users"] as const

/** Tables whose names begin like this are not in use: they are being made, or done with. */
export const prefixes = { next: "next_", gone: "gone_" } as const

/** Each version in SQL, as what leads there from the one before. */
export const versions: ReadonlyArray<string> = [
  `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    code INTEGER NOT NULL,
    version INTEGER NOT NULL,
    previous INTEGER NOT NULL,
    id BLOB NOT NULL,
    time INTEGER NOT NULL,
    names TEXT,
    actor INTEGER
  );
  CREATE INDEX actors ON events (actor) WHERE actor IS NOT NULL;
  ${derived()}
  CREATE TABLE commands (
    id TEXT PRIMARY KEY,
    time INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    source INTEGER NOT NULL,
    target INTEGER NOT NULL,
    relationship INTEGER NOT NULL,
    version INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    position INTEGER NOT NULL,
    count INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX ages ON commands (time);
  CREATE TABLE journal (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE TABLE marks (floor INTEGER NOT NULL, journal INTEGER NOT NULL);
  INSERT INTO marks VALUES (0, 0);
  `,
]
