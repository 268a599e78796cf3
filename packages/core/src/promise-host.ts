/**
 * For authors of adapters whose promise face has more than the service, such as sign-ins: the parts of
 * which `connect`, `connectStore` and `connectRemote` of `@kith/core/promise` are made.
 *
 * @since 0.1.0
 */
export type { Failure } from "./promise/errors.ts"
export { ask, layerOf } from "./promise/given.ts"
export type { Host } from "./promise/host.ts"
export { open } from "./promise/host.ts"
export type { Decode } from "./promise/input.ts"
export { decoder } from "./promise/input.ts"
export { relationshipsOf } from "./promise/relationships.ts"
export { remoteRelationshipsOf } from "./promise/remoteRelationships.ts"
