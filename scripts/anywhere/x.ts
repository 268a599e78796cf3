/** A backend that acts on X for its users: each command is a request, signed with OAuth 1.0a. */
import { UserId } from "@kith/core"
import { connectRemote } from "@kith/core/promise"
import { Credentials, XAdapter } from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Redacted } from "effect"

const source = UserId.make("63046977")
const target = "2244994945"
const token = "63046977-kithExampleHappycamperAccessToken00000000000"
const tokenSecret = Redacted.make("kithExampleHappycamperAccessTokenSecret0000000000000")

export default async (origin: string): Promise<unknown> => {
  const x = await connectRemote(
    XAdapter.layer({
      credentials: Credentials.layerOAuth1({
        app: "my app",
        key: "kithExampleConsumerKey000",
        secret: Redacted.make("kithExampleConsumerSecret0000000000000000000000000"),
        users: [{ user: source, token, tokenSecret }],
      }),
      store: MemoryStore.layer,
      journal: MemoryJournal.layer,
      origin,
    }),
  )
  const followed = await x.execute({ _tag: "Follow", source, target })
  const unfollowed = await x.execute({ _tag: "Unfollow", source, target })
  await x.close()
  return [followed, unfollowed].map(({ events, relationship }) => [
    relationship._tag,
    events.map(({ provenance }) => provenance),
  ])
}
