/**
 * Who a request says it comes from, unverified: enough to choose the faults that befall it, and free
 * of the effects of authentication, which uses up a nonce.
 *
 * @since 0.1.0
 */
import type { Request } from "../http/Message.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import * as SignedRequest from "./SignedRequest.ts"

/** @category getters @since 0.1.0 */
export const sender = (world: LiveWorld, request: Request): User | undefined => {
  const header = request.headers["authorization"]
  const [, scheme = "", credentials = ""] = /^([A-Za-z]+) +(.*)$/s.exec(header ?? "") ?? []
  if (scheme.toLowerCase() === "bearer") {
    const caller = world.credentials.bearer(credentials)
    return caller === undefined || caller._tag === "AppOnly" ? undefined : caller.user
  }
  const signed = SignedRequest.read(request, header === undefined ? undefined : credentials)
  return typeof signed === "string" ? undefined : world.credentials.signer(signed.token)?.user
}
