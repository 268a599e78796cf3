/** The service over X passes the suite that services over stores pass: on v2, on v1.1, and on both. */
import { Relationships, UserId } from "@kith/core"
import { relationshipsSuite, World } from "@kith/core/testing"
import { type Capabilities, Credentials, XRemote } from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { Context, Effect, Layer, Redacted } from "effect"
import { control } from "../support/control.ts"

const app = {
  name: "suite",
  consumerKey: "kithSuiteConsumerKey00000",
  consumerSecret: "kithSuiteConsumerSecret0000000000000000000000000000",
}

/** People enough for any case; whoever a case asks for is used once. */
const people = Array.from({ length: 400 }, (_, index) => {
  const id = String(7_000_000_000_000_000_000n + BigInt(index))
  return {
    id: UserId.make(id),
    username: `person${index}`,
    token: `${id}-kithSuiteAccessToken000000000000000000`,
    tokenSecret: `kithSuiteAccessTokenSecret${String(index).padStart(19, "0")}`,
  }
})

const world = {
  apps: [
    {
      ...app,
      bearerToken: "kithSuiteBearerToken",
      clientId: "kithSuiteClient",
      callbackUrls: [],
      permissions: "read-write",
    },
  ],
  users: people.map(({ id, username }) => ({ id, username, name: username })),
  tokens: people.map(({ token, tokenSecret, username }) => ({
    user: username,
    app: app.name,
    oauth1: { token, secret: tokenSecret },
  })),
  relationships: [],
  blocks: [],
  limits: "none",
}

class Url extends Context.Service<Url, string>()("test/Url") {}

/** An X with people who have not met, and with a hand on it. */
const x = Layer.effectContext(
  Effect.gen(function* () {
    const { url } = yield* Sandbox.make()
    const { call } = control(url)
    yield* Effect.promise(() => call("PUT", "world", world))
    const change = (method: string, path: string, body?: unknown) =>
      Effect.asVoid(Effect.promise(() => call(method, path, body)))
    let used = 0
    return Context.make(Url, url).pipe(
      Context.add(
        World.World,
        World.World.of({
          add: Effect.suspend(() => {
            const person = people[used++]
            return person === undefined
              ? Effect.die(new Error("the cases need more people"))
              : Effect.succeed(person.id)
          }),
          setProtected: (user, on) => change("PATCH", `users/${user}`, { protected: on }),
          setSuspended: (user, on) => change("PATCH", `users/${user}`, { suspended: on }),
          remove: () => Effect.die(new Error("nobody is removed from X from outside")),
          setBlocked: (source, target, on) =>
            change(on ? "PUT" : "DELETE", `blocks/${source}/${target}`),
        }),
      ),
    )
  }),
)

const credentials = Credentials.layerOAuth1({
  app: app.name,
  key: app.consumerKey,
  secret: Redacted.make(app.consumerSecret),
  users: people.map(({ id, token, tokenSecret }) => ({
    user: id,
    token,
    tokenSecret: Redacted.make(tokenSecret),
  })),
})

const over = (mode: Capabilities.Mode) =>
  Relationships.layerRemote({ freshFor: 0, lag: 0 }).pipe(
    Layer.provide(
      Layer.unwrap(Effect.map(Url, (origin) => XRemote.layer({ mode, origin, limits: {} }))),
    ),
    Layer.provide([credentials, MemoryStore.layer, MemoryJournal.layer]),
    Layer.provideMerge(x),
  )

for (const mode of ["v2", "v1", "auto"] as const) {
  relationshipsSuite(`Relationships over X in the mode ${mode}`, over(mode), {
    targetCommands: false,
    preferences: mode !== "v2",
    removal: false,
    suspendedEdges: false,
    blockedEdges: false,
    many: false,
  })
}
