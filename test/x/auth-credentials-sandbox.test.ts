/** Credentials against the sandbox, over sockets. */
import { describe, expect, it } from "@effect/vitest"
import { type Credential, Credentials, Grants, Signature, Transport } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { Effect, Layer, Redacted } from "effect"
import { reading, serviceOf } from "../support/credentials.ts"
import { tokenServer, user } from "../support/grants.ts"
import { confidential, world } from "../support/x-auth.ts"

describe("each kind of credential", () => {
  it.live("opens the sandbox", () =>
    Effect.gen(function* () {
      const sandbox = yield* Sandbox.make({ world })
      const [tokens] = world.tokens
      const transport = yield* Transport.make({ origin: sandbox.url })
      const path = "/2/users/63046977"
      const moment = { nonce: "once", timestampSeconds: Math.floor(Date.now() / 1000) }
      const grants = Layer.effect(
        Grants.Grants,
        Effect.tap(Grants.make({ app: confidential.name, client: tokenServer().client }), (it) =>
          Effect.orDie(
            it.put(user, {
              accessToken: Redacted.make(tokens?.oauth2?.accessToken ?? ""),
              expiresAt: Date.now() + 7_200_000,
              scopes: ["users.read"],
            }),
          ),
        ),
      ).pipe(Layer.provide(MemoryJournal.layer))
      const services = [
        Credentials.layerOAuth1({
          app: confidential.name,
          key: confidential.consumerKey,
          secret: Redacted.make(confidential.consumerSecret),
          users: [
            {
              user,
              token: tokens?.oauth1?.token ?? "",
              tokenSecret: Redacted.make(tokens?.oauth1?.secret ?? ""),
            },
          ],
        }),
        Credentials.layerOAuth2.pipe(Layer.provide(grants)),
        Credentials.layerAppOnly({
          app: confidential.name,
          key: confidential.consumerKey,
          secret: Redacted.make(confidential.consumerSecret),
          origin: sandbox.url,
        }),
      ]
      for (const layer of services) {
        const service = yield* serviceOf(layer)
        const credential = yield* service.forUser(user, reading).pipe(
          Effect.orElseSucceed((): Credential.Credential | undefined => undefined),
          Effect.flatMap((it) => (it === undefined ? service.forApp : Effect.succeed(it))),
        )
        const header =
          credential._tag === "OAuth1"
            ? Signature.authorization(
                credential,
                { method: "GET", url: sandbox.url + path },
                moment,
              )
            : `Bearer ${Redacted.value(
                credential._tag === "OAuth2" ? credential.accessToken : credential.bearerToken,
              )}`
        expect((yield* transport.send({ method: "GET", path }, header)).status).toBe(200)
      }
    }),
  )
})
