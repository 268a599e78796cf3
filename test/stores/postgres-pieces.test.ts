import { storeSuite } from "@kith/core/testing"
import { postgres } from "../support/postgres-layer.ts"

storeSuite("PostgresAdapter in pieces", postgres({ partitions: 4 }), {
  durable: true,
  shared: true,
})
