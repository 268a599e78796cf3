import { journalSuite } from "@kith/core/testing"
import { postgres } from "../support/postgres-layer.ts"

journalSuite("PostgresAdapter's journal", postgres(), { durable: true, shared: true })
