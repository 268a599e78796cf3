/**
 * X for hosts that do not use Effect: commands with promises, sign-ins, X's users and lists. No type of
 * Effect appears in its declarations.
 *
 * @since 0.1.0
 */
export { connectX } from "./promise/connectX.ts"
export type * from "./promise/types.ts"
