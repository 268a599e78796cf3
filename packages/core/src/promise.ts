/**
 * The promise face of Kith, for hosts that do not use Effect: promises, `AsyncIterable`,
 * `AbortSignal`, plain tagged errors, `close()`. No type of Effect appears in its declarations.
 *
 * @since 0.1.0
 */
export { connect } from "./promise/connect.ts"
export { connectRemote } from "./promise/connectRemote.ts"
export { connectStore } from "./promise/connectStore.ts"
export { connectUpkeep } from "./promise/connectUpkeep.ts"
export type * from "./promise/data.ts"
export * from "./promise/KithError.ts"
export type * from "./promise/remoteTypes.ts"
export type * from "./promise/types.ts"
export type * from "./promise/upkeepTypes.ts"
