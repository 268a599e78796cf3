/** The same without Effect, and with all that signs users in beside it. */
import { connectX } from "@kith/http-adapter/promise"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"

const source = "63046977"
const target = "2244994945"
const token = "63046977-kithExampleHappycamperAccessToken00000000000"
const tokenSecret = "kithExampleHappycamperAccessTokenSecret0000000000000"

export default async (origin: string): Promise<unknown> => {
  const x = await connectX({
    app: "my app",
    oauth1: {
      key: "kithExampleConsumerKey000",
      secret: "kithExampleConsumerSecret0000000000000000000000000",
      users: [{ user: source, token, tokenSecret }],
    },
    oauth2: {
      clientId: "a2l0aEV4YW1wbGVDbGllbnRJZDox",
      callback: "http://127.0.0.1:3000/callback",
    },
    store: MemoryStore.layer,
    journal: MemoryJournal.layer,
    origin,
  })
  const followed = await x.execute({ _tag: "Follow", source, target })
  const unfollowed = await x.execute({ _tag: "Unfollow", source, target })
  const { scopes, url } = await x.oauth2.begin()
  await x.close()
  return [
    [followed, unfollowed].map(({ relationship }) => relationship._tag),
    url.includes("code_challenge_method=S256"),
    scopes.length,
  ]
}
