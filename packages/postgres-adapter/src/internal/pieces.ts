/**
 * Big tables in pieces: each row in one that a hash of a column tells, which the server does by itself.
 */

/**
 * The names of the partitions of a table; none for a table of one piece.
 *
 * @internal
 */
export const pieces = (table: string, partitions: number): ReadonlyArray<string> =>
  partitions === 1 ? [] : Array.from({ length: partitions }, (_, index) => `${table}_${index}`)

/**
 * SQL that makes a big table, in pieces by the hash of a column.
 *
 * @internal
 */
export const spread = (
  table: string,
  by: "source" | "target",
  columns: string,
  partitions: number,
): string =>
  partitions === 1
    ? `create table ${table} (${columns}) with (fillfactor = 100);`
    : [
        `create table ${table} (${columns}) partition by hash (${by});`,
        ...pieces(table, partitions).map(
          (piece, index) =>
            `create table ${piece} partition of ${table} ` +
            `for values with (modulus ${partitions}, remainder ${index}) with (fillfactor = 100);`,
        ),
      ].join("\n")
