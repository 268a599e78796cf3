/**
 * What is remembered of commands under their ids, and of edges.
 */
import { Relationship, type RelationshipStore, type StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Database } from "./Database.ts"
import { storeError } from "./errors.ts"
import { decodeColumns } from "./eventRows.ts"
import type { Names } from "./names.ts"
import { ofPlace } from "./places.ts"
import { fromUserId, plainArray, textArray } from "./values.ts"

type CommandRecord = RelationshipStore.CommandRecord
type Found = ReadonlyMap<string, CommandRecord>

/** @internal */
export interface Records {
  readonly find: (ids: ReadonlyArray<string>) => Effect.Effect<Found, StoreError.StoreError>
  readonly load: (
    reads: ReadonlyArray<RelationshipStore.Read>,
  ) => Effect.Effect<ReadonlyArray<RelationshipStore.Loaded>, StoreError.StoreError>
}

const decodeJson = Schema.decodeUnknownResult(
  Schema.fromJsonString(Schema.Array(Schema.Array(Schema.NullOr(Schema.String)))),
)

const damaged = storeError(
  "Corrupt",
  "what is remembered of a command is not what was written; check the store",
)

const decodeRecords = (
  json: string | null | undefined,
): Result.Result<Found, StoreError.StoreError> => {
  const found = new Map<string, CommandRecord>()
  if (json === null || json === undefined || json === "[]") return Result.succeed(found)
  return Result.flatMap(
    Result.mapError(decodeJson(json), () => damaged),
    (rows) => {
      for (const [id, fingerprint, state, version, attempts, ...columns] of rows) {
        const relationship = Relationship.all[Number(state)]
        const events = decodeColumns(columns)
        if (events._tag === "Failure") return Result.fail(events.failure)
        if (
          typeof id !== "string" ||
          typeof fingerprint !== "string" ||
          relationship === undefined
        ) {
          return Result.fail(damaged)
        }
        found.set(id, {
          fingerprint,
          relationship,
          version: Number(version),
          attempts: Number(attempts),
          events: events.success,
        })
      }
      return Result.succeed(found)
    },
  )
}

/** One row an edge: its place and its version. */
const decodeSnapshot = (text: string): RelationshipStore.Snapshot => {
  const [place, version] = text.split(" ")
  return { relationship: ofPlace(Number(place)), version: Number(version) }
}

const recordsSql = (schema: string, parameter: string): string => `
  select coalesce(json_agg(json_build_array(c.id, c.fingerprint, c.state::text, c.version::text,
    c.attempts::text, e.positions, e.sources, e.targets, e.versions, e.ids, e.codes, e.rests)), '[]')
  from ${schema}.commands as c
  left join lateral (
    select string_agg(position::text, E'\\n') as positions, string_agg(source::text, E'\\n') as sources,
      string_agg(target::text, E'\\n') as targets, string_agg(version::text, E'\\n') as versions,
      string_agg(id::text, E'\\n') as ids, string_agg(code::text, E'\\n') as codes,
      string_agg(rest, E'\\n') as rests
    from (
      select * from ${schema}.events as e
      where e.source = c.source and e.position >= c.position and e.position < c.position + c.events
      order by e.position) as e) as e on true
  where c.id = any(${parameter}::text[])`

const edgesSql = (schema: string): string => `
  select string_agg(coalesce(e.place, 0) || ' ' || coalesce(e.version, 0), ',' order by c.n)
  from unnest($1::bigint[], $2::bigint[]) with ordinality as c(source, target, n)
  left join lateral (
    select place, version from ${schema}.edges as e
    where e.source = c.source and e.target = c.target offset 0) as e on true`

/** @internal */
export const make = (database: Database, { schema }: Names): Records => {
  const find = { name: "find", text: recordsSql(schema, "$1") }
  const load = { name: "load", text: edgesSql(schema) }
  // Both in one statement: they are of the same moment.
  const loadBoth = {
    name: "load_both",
    text: `select (${edgesSql(schema)}), (${recordsSql(schema, "$3")})`,
  }
  return {
    find: (ids) =>
      Effect.flatMap(database.read(find, [textArray(ids)]), ([row]) =>
        Effect.fromResult(decodeRecords(row?.[0])),
      ),
    load: (reads) => {
      if (reads.length === 0) return Effect.succeed([])
      const ids = reads.flatMap(({ commandId }) => commandId ?? [])
      const edges = [
        plainArray(reads.map(({ edge }) => fromUserId(edge.source))),
        plainArray(reads.map(({ edge }) => fromUserId(edge.target))),
      ]
      const answer =
        ids.length === 0
          ? database.read(load, edges)
          : database.read(loadBoth, [...edges, textArray(ids)])
      return Effect.flatMap(answer, ([row]) =>
        Effect.fromResult(
          Result.map(decodeRecords(row?.[1]), (found) => {
            const snapshots = (row?.[0] ?? "").split(",").map(decodeSnapshot)
            return snapshots.map((snapshot, index) => {
              const record = found.get(reads[index]?.commandId ?? "")
              return record === undefined ? snapshot : { ...snapshot, record }
            })
          }),
        ),
      )
    },
  }
}
