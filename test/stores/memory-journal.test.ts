/** The in-memory journal under the public suite. */
import { journalSuite } from "@kith/core/testing"
import { MemoryJournal } from "@kith/memory-adapter"

journalSuite("MemoryJournal", MemoryJournal.layer)
