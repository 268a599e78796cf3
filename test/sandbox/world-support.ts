/** A world file whose parts fit together, and what is said of one whose parts do not. */
import { Result } from "effect"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"

export const app = {
  name: "app",
  consumerKey: "key",
  consumerSecret: "secret",
  bearerToken: "bearer",
  clientId: "client",
  callbackUrls: ["http://127.0.0.1/callback", "myapp://callback", "oob"],
  permissions: "read-write",
}

export const world = {
  apps: [app],
  users: [
    { id: "1", username: "ada", name: "Ada" },
    { id: "2", username: "Bob", name: "Bob", protected: true },
    { id: "3", username: "cy", name: "Cy" },
  ],
  tokens: [{ user: "ADA", app: "app", oauth2: { accessToken: "one", scopes: ["users.read"] } }],
  relationships: [{ source: "ada", target: "bob", state: "pending", notifications: true }],
  blocks: [{ source: "cy", target: "ada" }],
}

export const mistakes = (input: unknown): ReadonlyArray<string> =>
  Result.match(WorldFile.decode(input), {
    onFailure: (list) => list.map(WorldFile.explain),
    onSuccess: () => [],
  })
