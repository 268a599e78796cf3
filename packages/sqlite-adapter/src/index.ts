/** One namespace a concept; see each module for what it promises. */
export * as SqliteAdapter from "./SqliteAdapter.ts"
export * as SqliteBackup from "./SqliteBackup.ts"
