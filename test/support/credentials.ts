/** Credentials of each kind, of one user and one app, and what a request needs of them. */
import { UserId } from "@kith/core"
import { Credentials, Grants } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import { Context, Effect, Layer, Redacted } from "effect"
import { signedIn, tokenServer, user } from "./grants.ts"

/** Has no credential. */
export const stranger = UserId.make("12")

const app = {
  app: "my app",
  key: "consumer-key",
  secret: Redacted.make("consumer-secret"),
}

export const oauth1: Credentials.OAuth1Options = {
  ...app,
  users: [{ user, token: "63046977-token", tokenSecret: Redacted.make("token-secret") }],
}

export const appOnly = { app: "my app", bearerToken: Redacted.make("bearer-secret") }

export const v2 = { writes: true, v1: false }
export const reading = { writes: false, v1: false }
export const v1 = { writes: true, v1: true }

/** Grants of one user, over a token server. */
export const grantsOf = (server = tokenServer(), tokens = signedIn): Layer.Layer<Grants.Grants> =>
  Layer.effect(
    Grants.Grants,
    Effect.tap(Grants.make({ app: "my app", client: server.client }), (grants) =>
      Effect.orDie(grants.put(user, tokens)),
    ),
  ).pipe(Layer.provide(MemoryJournal.layer))

export const serviceOf = <E>(layer: Layer.Layer<Credentials.Credentials, E>) =>
  Effect.map(Layer.build(layer), (context) => Context.get(context, Credentials.Credentials))

export const withOAuth1 = serviceOf(Credentials.layerOAuth1(oauth1))
export const withOAuth2 = serviceOf(Credentials.layerOAuth2.pipe(Layer.provide(grantsOf())))
export const withAppOnly = serviceOf(Credentials.layerAppOnly(appOnly))
/** The app itself, which asks X for its token. */
export const withAppKeys = (origin: string) =>
  serviceOf(Credentials.layerAppOnly({ ...app, origin }))
