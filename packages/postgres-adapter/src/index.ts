/** One namespace a concept; see each module for what it promises. */
export * as PostgresAdapter from "./PostgresAdapter.ts"
