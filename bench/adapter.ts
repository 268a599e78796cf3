/**
 * A follow on X through the adapter, against `fetch` with the same signed request, over loopback.
 *
 * What counts is the CPU time of the process that sends; the server has one of its own. The adapter
 * counts each request in the windows of X's presets before it is sent, and learns from the answer's
 * headers. The service also writes each command down before it leaves, and records what it came to.
 */
import { Command, type Quota, RelationshipRemote, Relationships, UserId } from "@kith/core"
import {
  Credentials,
  type Credential,
  Entropy,
  type Presets,
  Signature,
  V2,
  XRemote,
} from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { fork } from "node:child_process"
import { once } from "node:events"
import { type Benchmark, type Contender, slower, takeTurns, timed } from "./harness.ts"

const count = 400
const rounds = 15
const warmups = 5

const user = UserId.make("63046977")
const keys = {
  app: "bench",
  user,
  key: "xvz1evFS4wEEPTGEFPHBog",
  secret: Redacted.make("kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw"),
  token: "63046977-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
  tokenSecret: Redacted.make("LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE"),
}
const credential: Credential.OAuth1 = { _tag: "OAuth1", ...keys }

const limit = (name: string, seconds: number, per: Quota.Limit["per"]): Quota.Limit => ({
  name,
  max: 1_000_000_000,
  seconds,
  per,
})

/** The windows that a follow counts in, with room for everything. */
const limits: Presets.Limits = {
  followUser: {
    user: [
      limit("15min", 900, "userAndApp"),
      limit("24hour", 86_400, "userAndApp"),
      limit("24hour-app", 86_400, "app"),
    ],
  },
}

const serve = async (): Promise<string> => {
  const child = fork(new URL("support/x.ts", import.meta.url))
  const [{ port }] = await once(child, "message")
  return `http://127.0.0.1:${port}`
}

const decodeAnswer = Schema.decodeUnknownSync(
  Schema.fromJsonString(Schema.Struct({ data: Schema.Struct({ following: Schema.Boolean }) })),
)

const targets = () => {
  let next = 1_000_000
  return (): UserId.UserId => UserId.make(String(next++))
}

/** What one writes by hand: sign, send, read. So many are on their way at once. */
const bare =
  (concurrency: number): Contender =>
  async () => {
    const origin = await serve()
    const nextTarget = targets()
    const entropy: Entropy.Source = (size) => crypto.getRandomValues(new Uint8Array(size))
    const follow = async (): Promise<void> => {
      const { json, method, path } = V2.FollowUser.endpoint.encode({
        source: user,
        target: nextTarget(),
      })
      const url = origin + path
      const authorization = Signature.authorization(
        credential,
        { method, url },
        { nonce: Entropy.nonce(entropy), timestampSeconds: Math.floor(Date.now() / 1000) },
      )
      const response = await fetch(url, {
        method,
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify(json),
      })
      const answer = decodeAnswer(await response.text())
      if (!answer.data.following) throw new Error("nobody was followed")
    }
    const worker = async (): Promise<void> => {
      for (let index = 0; index < count / concurrency; index++) await follow()
    }
    return () => timed(count, () => Promise.all(Array.from({ length: concurrency }, worker)))
  }

const remote = (origin: string) =>
  XRemote.layer({ mode: "v2", origin, limits }).pipe(
    Layer.provide(
      Credentials.layerOAuth1({
        app: keys.app,
        key: keys.key,
        secret: keys.secret,
        users: [{ user, token: keys.token, tokenSecret: keys.tokenSecret }],
      }),
    ),
    Layer.provideMerge(MemoryJournal.layer),
  )

const adapter =
  (concurrency: number): Contender =>
  async () => {
    const runtime = ManagedRuntime.make(remote(await serve()))
    const nextTarget = targets()
    const share = Effect.suspend(() =>
      Effect.flatMap(RelationshipRemote.RelationshipRemote, (it) =>
        Effect.forEach(
          Array.from({ length: count }, () => Command.follow(user, nextTarget())),
          (command) => Effect.flatten(it.prepare(command)),
          { concurrency, discard: true },
        ),
      ),
    )
    return () => timed(count, () => runtime.runPromise(share))
  }

const service: Contender = async () => {
  const runtime = ManagedRuntime.make(
    Relationships.layerRemote().pipe(
      Layer.provide(remote(await serve())),
      Layer.provide(MemoryStore.layer),
    ),
  )
  const nextTarget = targets()
  const share = Effect.suspend(() =>
    Effect.flatMap(Relationships.Relationships, (it) =>
      Effect.forEach(
        Array.from({ length: count }, () => Command.follow(user, nextTarget())),
        (command) => it.execute(command),
        { discard: true },
      ),
    ),
  )
  return () => timed(count, () => runtime.runPromise(share))
}

export const contenders: Readonly<Record<string, Contender>> = {
  bare: bare(1),
  adapter: adapter(1),
  service,
  bareAtOnce: bare(8),
  adapterAtOnce: adapter(8),
}

const benchmark: Benchmark = {
  title: "CPU time of a follow on X over loopback, signed with OAuth 1.0a",
  run: async () => {
    const times = await takeTurns(import.meta.filename, Object.keys(contenders), rounds, warmups)
    return [
      slower("RelationshipRemote, against fetch by hand", times, "adapter", "bare", 1.3),
      slower("Relationships over it, against fetch by hand", times, "service", "bare"),
      slower("RelationshipRemote, 8 on their way at once", times, "adapterAtOnce", "bareAtOnce"),
    ]
  },
}

export default benchmark
