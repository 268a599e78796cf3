/** One namespace a concept; see each module for what it promises. */
export * as MemoryAdapter from "./MemoryAdapter.ts"
export * as MemoryDirectory from "./MemoryDirectory.ts"
export * as MemoryJournal from "./MemoryJournal.ts"
export * as MemoryStore from "./MemoryStore.ts"
