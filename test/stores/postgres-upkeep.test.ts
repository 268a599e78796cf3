import { upkeepSuite } from "@kith/core/testing"
import { freshSchema } from "../support/postgres.ts"
import { behind, postgres } from "../support/postgres-layer.ts"

for (const partitions of [1, 4]) {
  const schema = freshSchema()

  upkeepSuite(
    `PostgresAdapter's upkeep in pieces of ${partitions}`,
    postgres({ schema, partitions }),
    {
      durable: true,
      shared: true,
      damage: {
        edges: ({ source, target }) =>
          behind(
            `update ${schema}.edges set version = version + 1 where source = $1 and target = $2`,
            [source, target],
          ),
        // A place in the lists is the position of an event times four, and something below four.
        lists: ({ source, target }) =>
          behind(`update ${schema}.edges set place = place + 4 where source = $1 and target = $2`, [
            source,
            target,
          ]),
        // Only long lists have tallies: this one claims to be one.
        counts: ({ target }) =>
          behind(`insert into ${schema}.tallies values ($1, 0, 0, 7, 0, 0)`, [target]),
      },
    },
  )
}
