/** A backend that acts on X for its users: each command is a request, signed with OAuth 1.0a. */
import { UserId } from "@kith/core"
import { connectRemote, KithError } from "@kith/core/promise"
import { Credentials, XAdapter } from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Redacted } from "effect"

const source = UserId.make("63046977")
const target = "2244994945"
const token = "63046977-kithExampleHappycamperAccessToken00000000000"
const tokenSecret = Redacted.make("kithExampleHappycamperAccessTokenSecret0000000000000")

/** The next follow is carried out, and its connection cut before the answer. */
const cutNext = (origin: string): Promise<Response> =>
  fetch(`${origin}/sandbox/faults`, {
    method: "POST",
    body: JSON.stringify({ match: { path: "/2/" }, times: 1, effect: { drop: "after" } }),
  })

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
  await cutNext(origin)
  // A platform that sends it again by itself has it refused for a signature that came before.
  const cut = await x.execute({ _tag: "Follow", source, target }).then(
    ({ _tag }) => _tag,
    (error: unknown) => (error instanceof KithError ? error._tag : String(error)),
  )
  await x.close()
  const receipts = [followed, unfollowed].map(({ events, relationship }) => [
    relationship._tag,
    events.map(({ provenance }) => provenance),
  ])
  return [...receipts, cut]
}
