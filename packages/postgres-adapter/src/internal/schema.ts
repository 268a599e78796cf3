/**
 * The tables, in the form that new schemas get.
 *
 * - `events` is the log. `previous` is the position of the edge's event before, so that a history is
 *   read without an index of its own; most events are the first, and have none, which takes no room.
 *   `code` has the event, its provenance and its actor in bits, `rest` what is not as usual: see
 *   `eventRows.ts`. The time is that of the id, which is a UUID of version 7.
 * - `edges` has one row an edge. `place` is where it stands in the lists: `since * 4 + preferences`,
 *   above zero for followers, below zero for requests, zero for neither. One index a direction serves
 *   both lists of a user, and the state needs no column. In pieces, the direction by target is a table
 *   of its own: see `incoming.ts`.
 *   Positions have 51 bits, so that places are numbers that JavaScript knows exactly.
 * - `tallies` has the lengths of long lists alone: short ones are counted when somebody asks. A user
 *   who is changed by many at the same time has several rows, which are added up.
 * - `commands` remembers command ids, `entries` is the journal.
 *
 * Everything of an edge is kept by its source, which is in every unique key, so that the big tables can
 * be spread by it.
 */
import { incomingIndexes, incomingTable } from "./incoming.ts"
import type { Names } from "./names.ts"
import { spread } from "./pieces.ts"

/** @internal */
export const currentVersion = 2

const eventColumns = `
  position bigint not null,
  source bigint not null,
  target bigint not null,
  id uuid not null,
  version integer not null,
  code smallint not null,
  rest text collate "C" not null,
  previous bigint`

const edgeColumns = `
  source bigint not null,
  target bigint not null,
  place bigint not null,
  last bigint not null,
  version integer not null`

/** @internal */
export const edgesTable = (table: string, partitions: number): string =>
  spread(table, "source", edgeColumns, partitions)

/**
 * The indexes of an edges table. The one by target also has the edges that are in no list, since whoever
 * erases a user has to find them. Where there is a table by target there is no such index: see
 * `incoming.ts`.
 *
 * @internal
 */
export const edgesIndexes = (table: string, partitions: number): string => `
alter table ${table} add primary key (source, target);
create index on ${table} (source, place) where place <> 0;
${partitions === 1 ? `create index on ${table} (target, place);` : ""}`

/** @internal */
export const talliesTable = (table: string): string => `
create table ${table} (
  member bigint not null,
  shard bigint not null,
  following integer not null,
  followers integer not null,
  sent integer not null,
  received integer not null,
  primary key (member, shard)
) with (fillfactor = 40);`

/** @internal */
export const tables = ({ schema }: Names, partitions: number): string => `
create table ${schema}.about (name text primary key, value text not null);
insert into ${schema}.about values ('version', '${currentVersion}'), ('partitions', '${partitions}');

create sequence ${schema}.positions as bigint maxvalue ${2 ** 51 - 1};
create sequence ${schema}.entry_versions as bigint maxvalue ${Number.MAX_SAFE_INTEGER};

${spread(`${schema}.events`, "source", eventColumns, partitions)}
create index on ${schema}.events (position) with (fillfactor = 100);
create index on ${schema}.events (position) where code & 31 = 17;
create index on ${schema}.events (split_part(rest, ' ', 1)) where code & 384 = 384;

${edgesTable(`${schema}.edges`, partitions)}
${edgesIndexes(`${schema}.edges`, partitions)}
${partitions === 1 ? "" : incomingTable(`${schema}.incoming`, partitions) + incomingIndexes(`${schema}.incoming`)}
${talliesTable(`${schema}.tallies`)}

create table ${schema}.commands (
  id text collate "C" primary key,
  source bigint not null,
  target bigint not null,
  position bigint not null,
  time bigint not null,
  version integer not null,
  attempts integer not null,
  events smallint not null,
  state smallint not null,
  fingerprint text not null
);
create index on ${schema}.commands (time);
create index on ${schema}.commands (source) where events = 0;
create index on ${schema}.commands (target) where events = 0;

create table ${schema}.entries (
  key text collate "C" primary key,
  version bigint not null,
  value bytea not null
);`
