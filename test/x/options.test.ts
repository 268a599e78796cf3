/** Options that cannot be meant, of the adapter: nothing is opened for them, and nothing sent. */
import { Command, Journal, Relationships, UserId } from "@kith/core"
import { connectRemote } from "@kith/core/promise"
import {
  AppOnly,
  Credentials,
  Grants,
  Pkce,
  ThreeLegged,
  Transport,
  XAdapter,
  XApi,
  XRemote,
  XUsers,
} from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Effect, Layer, Redacted } from "effect"
import { describe, expect, test } from "vitest"
import { failure } from "../support/promise.ts"
import { areRefused, building, type Mistake } from "../support/options.ts"

let opened = 0
const journal = Layer.effect(
  Journal.Journal,
  Effect.suspend(() => {
    opened += 1
    return MemoryJournal.make
  }),
)
const credentials = Credentials.layerAppOnly({ app: "app", bearerToken: Redacted.make("token") })

const adapter = (options: Partial<XAdapter.Options<never>>) =>
  XAdapter.layer({ credentials, store: MemoryStore.layer, journal, ...options })
const adapting = (options: Partial<XAdapter.Options<never>>) => building(adapter(options))

const secret = Redacted.make("secret")
const timer = "a whole number from 1 to 3600000"
const from1 = "a whole number, 1 or more"
// As those may write it who have no types.
const mode: XRemote.Options["mode"] = JSON.parse('"v3"')
const modes = "one of auto, v2, v1"

const limit = { name: "15min", max: 50, seconds: 900, per: "userAndApp" } as const
const limiting = (wrong: Partial<Record<keyof typeof limit, number>>) =>
  adapting({ limits: { followUser: { user: [limit, Object.assign({}, limit, wrong)] } } })

const ofTheAdapter: ReadonlyArray<Mistake> = [
  ...[Infinity, 1e12, Number.NaN, 0, -1, 0.5].map((timeout): Mistake => [
    "timeout",
    timeout,
    timer,
    adapting({ timeout }),
  ]),
  ...[Infinity, Number.NaN, 0].map((maxBody): Mistake => [
    "maxBody",
    maxBody,
    from1,
    adapting({ maxBody }),
  ]),
  ...[0, 100, 40_000, Number.NaN].map((lease): Mistake => [
    "lease",
    lease,
    "a whole number above 40000, which is twice the timeout",
    adapting({ relationships: { lease } }),
  ]),
  ["mode", "v3", modes, adapting({ mode })],
  ["lag", -1, "a whole number from 0 to 86400000", adapting({ relationships: { lag: -1 } })],
  ["concurrency", 0, from1, adapting({ relationships: { concurrency: 0 } })],
]

const ofLimits: ReadonlyArray<Mistake> = [
  ["limits.followUser.max", Number.NaN, "a whole number, 0 or more", limiting({ max: Number.NaN })],
  ["limits.followUser.seconds", 0, from1, limiting({ seconds: 0 })],
  ["limits.followUser.per", 5, "one of userAndApp, app, user", limiting({ per: 5 })],
]

const api = XApi.layer().pipe(Layer.provideMerge(credentials), Layer.provide(MemoryJournal.layer))

const grants = (options: { readonly early?: number; readonly timeout?: number }) =>
  building(
    Grants.layer({ app: "app", clientId: "id", ...options }).pipe(
      Layer.provide(MemoryJournal.layer),
    ),
  )

const ofParts: ReadonlyArray<Mistake> = [
  ["mode", "v3", modes, building(Layer.provide(XRemote.layerApi(mode), api))],
  ["mode", "v3", modes, building(Layer.provide(XUsers.layer(mode), api))],
  ["timeout", 0, timer, building(Transport.layer({ timeout: 0 }))],
  ["timeout", Infinity, timer, grants({ timeout: Infinity })],
  ["early", Number.NaN, "a whole number, 0 or more", grants({ early: Number.NaN })],
  ["timeout", -1, timer, Pkce.make({ clientId: "id", callback: "", timeout: -1 })],
  ["timeout", -1, timer, ThreeLegged.make({ app: "app", key: "key", secret, timeout: -1 })],
  ["timeout", -1, timer, AppOnly.bearerToken({ key: "key", secret, timeout: -1 })],
  [
    "timeout",
    -1,
    timer,
    building(Credentials.layerAppOnly({ app: "app", key: "key", secret, timeout: -1 })),
  ],
]

describe("an option of the adapter", () => {
  areRefused([...ofTheAdapter, ...ofLimits])

  test.for(["x.com", "http://x.example.test"])(
    "is where X is: %s is an InvalidInput",
    async (origin) => {
      expect(await failure(connectRemote(adapter({ origin })))).toMatchObject({
        _tag: "InvalidInput",
        message: expect.stringContaining(origin),
      })
    },
  )

  test("that is refused opens nothing", () => {
    expect(opened).toBe(0)
  })

  test("of time makes a lease that is long enough", async () => {
    let left = 0
    const reading = Layer.effect(
      Journal.Journal,
      Effect.map(MemoryJournal.make, (kept) =>
        Journal.Journal.of({
          ...kept,
          write: (writes) => {
            for (const { value } of writes) {
              const until: unknown = Reflect.get(Object(JSON.parse(value ?? "{}")), "leaseUntil")
              if (typeof until === "number") left = Math.max(left, until - Date.now())
            }
            return kept.write(writes)
          },
        }),
      ),
    )
    const [source, target] = [UserId.make("1"), UserId.make("2")]
    const token = { user: source, token: "1-token", tokenSecret: secret }
    const signed = Credentials.layerOAuth1({ app: "app", key: "key", secret, users: [token] })
    const leaseOf = (options: Partial<XAdapter.Options<never>>) =>
      Effect.gen(function* () {
        left = 0
        const { execute } = yield* Relationships.Relationships
        yield* Effect.flip(execute(Command.follow(source, target)))
        return left
      }).pipe(
        Effect.provide(
          adapter({
            origin: "http://127.0.0.1:1",
            journal: reading,
            credentials: signed,
            ...options,
          }),
        ),
        Effect.runPromise,
      )
    expect(await leaseOf({})).toBeGreaterThan(59_000)
    expect(await leaseOf({ timeout: 100 })).toBeGreaterThan(59_000)
    expect(await leaseOf({ timeout: 60_000 })).toBeGreaterThan(179_000)
    const lease = { relationships: { lease: 40_001 } }
    expect(await leaseOf(lease)).toBeLessThanOrEqual(40_001)
  })
})

describe("an option of a part of it", () => {
  areRefused(ofParts)
})
