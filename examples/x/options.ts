/**
 * What the examples of docs/x.md share: Kith on the sandbox that `npx pnpm@12 start` runs, for three
 * users of its built-in world whose tokens are known. Without `origin` it is the real X.
 */
import { UserId } from "@kith/core"
import { Credentials, type XAdapter } from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Redacted } from "effect"

export const camper = UserId.make("63046977")
export const dev = UserId.make("2244994945")
export const otter = UserId.make("1203944556")

const signedIn = (user: UserId.UserId, name: string) => ({
  user,
  token: `${user}-kithExample${name}AccessToken00000000000`,
  tokenSecret: Redacted.make(`kithExample${name}AccessTokenSecret0000000000000`),
})

export const app = {
  app: "my app",
  key: "kithExampleConsumerKey000",
  secret: Redacted.make("kithExampleConsumerSecret0000000000000000000000000"),
}

export const options = {
  credentials: Credentials.layerOAuth1({
    ...app,
    users: [
      signedIn(camper, "Happycamper"),
      signedIn(dev, "TwitterDev0"),
      signedIn(otter, "Riverotter0"),
    ],
  }),
  store: MemoryStore.layer,
  journal: MemoryJournal.layer,
  origin: "http://127.0.0.1:4280",
} satisfies XAdapter.Options<never>
