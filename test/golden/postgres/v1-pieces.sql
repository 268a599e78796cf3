create schema "kith";

create table "kith".about (name text primary key, value text not null);
insert into "kith".about values ('version', '1'), ('partitions', '3');

create sequence "kith".positions as bigint maxvalue 2251799813685247;
create sequence "kith".entry_versions as bigint maxvalue 9007199254740991;

create table "kith".events (
  position bigint not null,
  source bigint not null,
  target bigint not null,
  id uuid not null,
  version integer not null,
  code smallint not null,
  rest text collate "C" not null,
  previous bigint) partition by hash (source);
create table "kith".events_0 partition of "kith".events for values with (modulus 3, remainder 0) with (fillfactor = 100);
create table "kith".events_1 partition of "kith".events for values with (modulus 3, remainder 1) with (fillfactor = 100);
create table "kith".events_2 partition of "kith".events for values with (modulus 3, remainder 2) with (fillfactor = 100);
create index on "kith".events (position) with (fillfactor = 100);
create index on "kith".events (position) where code & 31 = 17;
create index on "kith".events (split_part(rest, ' ', 1)) where code & 384 = 384;

create table "kith".edges (
  source bigint not null,
  target bigint not null,
  place bigint not null,
  last bigint not null,
  version integer not null) partition by hash (source);
create table "kith".edges_0 partition of "kith".edges for values with (modulus 3, remainder 0) with (fillfactor = 100);
create table "kith".edges_1 partition of "kith".edges for values with (modulus 3, remainder 1) with (fillfactor = 100);
create table "kith".edges_2 partition of "kith".edges for values with (modulus 3, remainder 2) with (fillfactor = 100);

alter table "kith".edges add primary key (source, target);
create index on "kith".edges (source, place) where place <> 0;
create index on "kith".edges (target, place);

create table "kith".tallies (
  member bigint not null,
  shard bigint not null,
  following integer not null,
  followers integer not null,
  sent integer not null,
  received integer not null,
  primary key (member, shard)
) with (fillfactor = 40);

create table "kith".commands (
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
create index on "kith".commands (time);
create index on "kith".commands (source) where events = 0;
create index on "kith".commands (target) where events = 0;

create table "kith".entries (
  key text collate "C" primary key,
  version bigint not null,
  value bytea not null
);
