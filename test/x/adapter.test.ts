/** The adapter in one layer, for programs and for hosts without Effect. */
import { Command, Reconciler, Relationships } from "@kith/core"
import { connectRemote } from "@kith/core/promise"
import { Credentials, XAdapter, XUsers } from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { Effect, Exit, Redacted } from "effect"
import { expect, test } from "vitest"
import { app, me, oauth1Of, people } from "../support/story-world.ts"
import { idOf, worldOf } from "../support/x-remote.ts"

const layerOf = (origin: string) => {
  const { secret, token } = oauth1Of(me)
  return XAdapter.layer({
    origin,
    credentials: Credentials.layerOAuth1({
      app: app.name,
      key: app.consumerKey,
      secret: Redacted.make(app.consumerSecret),
      // As from a table of one's own.
      users: (user) =>
        Effect.succeed(user === me.id ? { token, tokenSecret: Redacted.make(secret) } : undefined),
    }),
    store: MemoryStore.layer,
    journal: MemoryJournal.layer,
  })
}

test("a program follows by name, and looks", async () => {
  await using sandbox = await Sandbox.start({ world: worldOf() })
  const program = Effect.gen(function* () {
    const relationships = yield* Relationships.Relationships
    const reconciler = yield* Reconciler.Reconciler
    const users = yield* XUsers.XUsers
    const [found] = yield* users.byUsernames([people.guarded.username], idOf(me))
    const receipt = yield* relationships.execute(
      Command.follow(idOf(me), found?.id ?? idOf(me), { retweets: false }),
    )
    const looked = yield* reconciler.reconcile({ source: idOf(me), target: idOf(people.guarded) })
    return { receipt, looked }
  })
  const { looked, receipt } = await Effect.runPromise(Effect.provide(program, layerOf(sandbox.url)))
  expect(receipt).toMatchObject({
    _tag: "Changed",
    relationship: { _tag: "Pending", retweets: false, notifications: false },
    events: [{ provenance: "confirmed" }],
  })
  expect(looked).toMatchObject({ events: [], relationship: receipt.relationship })
})

test("a host without Effect gets promises, and a user who never signed in is told so", async () => {
  await using sandbox = await Sandbox.start({ world: worldOf() })
  await using kith = await connectRemote(layerOf(sandbox.url))
  const edge = { source: me.id, target: people.open.id }
  const receipt = await kith.execute({ _tag: "Follow", ...edge })
  expect(receipt.relationship).toMatchObject({ _tag: "Following" })
  await expect(
    kith.execute({ _tag: "Follow", source: people.open.id, target: me.id }),
  ).rejects.toMatchObject({ _tag: "RemoteError", reason: "Unauthenticated", retryable: false })
})

test("an origin that would be told secrets in the clear is refused, unless that is meant", async () => {
  const options = {
    origin: "http://x.example.test",
    credentials: Credentials.layerAppOnly({ app: "app", bearerToken: Redacted.make("token") }),
    store: MemoryStore.layer,
    journal: MemoryJournal.layer,
  }
  const build = (insecure: boolean) =>
    Effect.runPromiseExit(
      Effect.provide(Relationships.Relationships, XAdapter.layer({ ...options, insecure })),
    )
  const refused = await build(false)
  expect(Exit.isFailure(refused) && String(refused.cause)).toContain("in the clear")
  expect(Exit.isSuccess(await build(true))).toBe(true)
})
