/** The app and the people of the worlds in which the parts of the sandbox are tried. */
import { UserId } from "@kith/core"
import type { App, User } from "../../packages/sandbox/src/world/World.ts"

export const user = (id: string, username: string, rest: Partial<User> = {}): User => ({
  id: UserId.make(id),
  username,
  name: username.toUpperCase(),
  ...rest,
})

export const app: App = {
  name: "demo",
  consumerKey: "key",
  consumerSecret: "secret",
  bearerToken: "bearer",
  clientId: "client",
  callbackUrls: [],
  permissions: "read-write",
}

export const happycamper = user("63046977", "happycamper")
/** The largest id that 63 bits hold. */
export const huge = user("9223372036854775807", "huge")
export const gone = user("666", "gone", { suspended: true })
export const enemy = user("13", "enemy")
