/**
 * X as a remote, over a sandbox of one's own, in which the clocks of both go together.
 *
 * Everybody in the world has tokens of each kind; which of them are at hand is for the test to say.
 */
import { type Command, type Journal, RelationshipRemote, RemoteError, UserId } from "@kith/core"
import { type Credential, Credentials, Transport, XApi, XRemote, XUsers } from "@kith/http-adapter"
import { MemoryJournal } from "@kith/memory-adapter"
import {
  Clock,
  Context,
  Duration,
  Effect,
  Layer,
  ManagedRuntime,
  Metric,
  Redacted,
  Result,
} from "effect"
import { setTimeout as delay } from "node:timers/promises"
import * as Sandbox from "../../packages/sandbox/src/Sandbox.ts"
import type { Rule } from "../../packages/sandbox/src/control/Faults.ts"
import type { World } from "../../packages/sandbox/src/world/World.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import { app, me, oauth1Of, oauth2Of, people, type Person, world as file } from "./story-world.ts"

/** Which credentials are at hand. */
export type Kind = "oauth1" | "oauth2" | "both" | "app"

export const idOf = (person: Person): UserId.UserId => UserId.make(person.id)

const missing = (user: UserId.UserId, v1: boolean) =>
  new RemoteError.RemoteError({
    outcome: "refused",
    reason: v1 ? "NotSupported" : "Unauthenticated",
    message: `there is no credential of user ${user}`,
    retryable: false,
  })

const oauth1 = (user: UserId.UserId, person: Person): Credential.OAuth1 => {
  const { consumerKey, consumerSecret, secret, token } = oauth1Of(person)
  return {
    _tag: "OAuth1",
    app: app.name,
    user,
    key: consumerKey,
    secret: Redacted.make(consumerSecret),
    token,
    tokenSecret: Redacted.make(secret),
  }
}

const oauth2 = (user: UserId.UserId, person: Person): Credential.OAuth2 => ({
  _tag: "OAuth2",
  app: app.name,
  user,
  accessToken: Redacted.make(oauth2Of(person).accessToken),
})

const everybody: ReadonlyArray<Person> = [me, ...Object.values(people)]

/** The tokens of the world, without anybody to refresh them. Everybody but `strangers` signed in. */
export const credentials = (
  kind: Kind,
  strangers: ReadonlyArray<Person> = [],
): Credentials.Credentials["Service"] => {
  const signed = kind === "app" ? [] : everybody.filter((it) => !strangers.includes(it))
  const personBy = (user: UserId.UserId) => signed.find(({ id }) => id === user)
  // One object for each, since signatures keep what they derive of it.
  const keys = new Map(signed.map((it) => [idOf(it), oauth1(idOf(it), it)]))
  return Credentials.Credentials.of({
    forUser: (user, { v1 }) => {
      const person = personBy(user)
      const signing = keys.get(user)
      if (person === undefined || signing === undefined) return Effect.fail(missing(user, v1))
      if (kind === "oauth1" || (kind === "both" && v1)) return Effect.succeed(signing)
      return v1 ? Effect.fail(missing(user, v1)) : Effect.succeed(oauth2(user, person))
    },
    forApp: Effect.succeed({
      _tag: "AppOnly",
      app: app.name,
      bearerToken: Redacted.make(app.bearerToken),
    }),
    replaced: (credential) =>
      Effect.fail(missing(credential._tag === "AppOnly" ? idOf(me) : credential.user, false)),
  })
}

export const worldOf = (changes: Parameters<typeof file>[0] = {}): World =>
  Result.getOrThrow(WorldFile.decode(file(changes)))

/** The machine's clock, wrong by so many seconds. */
export const movedClock = (seconds: number): Clock.Clock => {
  const now = () => Date.now() + seconds * 1000
  const nanos = () => BigInt(now()) * 1_000_000n
  return {
    currentTimeMillisUnsafe: now,
    currentTimeMillis: Effect.sync(now),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) => Effect.promise(() => delay(Duration.toMillis(duration))),
  }
}

export interface Setting {
  readonly mode?: XRemote.Options["mode"]
  readonly kind?: Kind
  readonly credentials?: Credentials.Credentials["Service"]
  readonly options?: Omit<XRemote.Options, "mode" | "origin">
  readonly world?: World
  /** Instead of the sandbox. */
  readonly origin?: string
  readonly clock?: Clock.Clock
  readonly fetch?: typeof globalThis.fetch
}

type Services = RelationshipRemote.RelationshipRemote | XApi.XApi | XUsers.XUsers | Journal.Journal

/** A remote over a sandbox, and what can be done to either. */
export interface Bench extends AsyncDisposable {
  readonly sandbox: Sandbox.StartedSandbox
  readonly run: <A, E>(effect: Effect.Effect<A, E, Services>) => Promise<A>
  /** The failure of an effect; its success is an error. */
  readonly failure: <A, E>(effect: Effect.Effect<A, E, Services>) => Promise<E>
  readonly execute: (
    command: Command.Command,
  ) => Effect.Effect<RelationshipRemote.Answer, unknown, RelationshipRemote.RelationshipRemote>
  readonly fault: (...rules: ReadonlyArray<Rule>) => void
  /** Both clocks. */
  readonly advance: (seconds: number) => void
  /** The state of an edge in the sandbox, in one word or with its preferences. */
  readonly state: (source: Person, target: Person) => Promise<string>
  /** How often X was asked, by endpoint and status. */
  readonly counts: () => Promise<Readonly<Record<string, number>>>
}

export const remote = Effect.fnUntraced(function* <A, E>(
  use: (service: RelationshipRemote.RelationshipRemote["Service"]) => Effect.Effect<A, E>,
) {
  return yield* use(yield* RelationshipRemote.RelationshipRemote)
})

export const open = async (setting: Setting = {}): Promise<Bench> => {
  const sandbox = await Sandbox.start({ world: setting.world ?? worldOf({ limits: "x" }) })
  const clock = setting.clock ?? sandbox.control.world().clock.clock
  const registry: Metric.MetricRegistry = new Map()
  const layer = Layer.mergeAll(XRemote.layerApi(setting.mode), XUsers.layer(setting.mode)).pipe(
    Layer.provideMerge(XApi.layer({ origin: setting.origin ?? sandbox.url, ...setting.options })),
    Layer.provide(
      Layer.succeed(
        Credentials.Credentials,
        setting.credentials ?? credentials(setting.kind ?? "both"),
      ),
    ),
    Layer.provideMerge(MemoryJournal.layer),
    Layer.provideMerge(
      Layer.succeedContext(
        Context.make(Clock.Clock, clock).pipe(
          Context.add(Metric.MetricRegistry, registry),
          Context.add(Transport.Fetch, setting.fetch ?? globalThis.fetch),
        ),
      ),
    ),
  )
  const runtime = ManagedRuntime.make(layer)
  const run: Bench["run"] = (effect) => runtime.runPromise(effect)
  return {
    sandbox,
    run,
    failure: async (effect) => {
      const result = await run(Effect.result(effect))
      if (Result.isFailure(result)) return result.failure
      throw new Error(`nothing failed: ${JSON.stringify(result.success)}`)
    },
    execute: (command) => remote((service) => Effect.flatten(service.prepare(command))),
    fault: (...rules) => sandbox.control.setFaults(rules),
    advance: (seconds) => sandbox.control.world().clock.advance(seconds),
    state: async (source, target) => {
      const { relationships } = sandbox.control.world()
      const edge = { source: idOf(source), target: idOf(target) }
      const { relationship } = await Effect.runPromise(relationships.relationship(edge))
      if (relationship._tag === "None") return "None"
      const { _tag, notifications, retweets } = relationship
      return `${_tag}${retweets ? "" : " -retweets"}${notifications ? " +notifications" : ""}`
    },
    counts: async () => {
      const all = await run(Metric.snapshot)
      return Object.fromEntries(
        all.flatMap(({ attributes, id, state }) =>
          id === "kith_x_requests" && "count" in state
            ? [[`${attributes?.["endpoint"]} ${attributes?.["status"]}`, Number(state.count)]]
            : [],
        ),
      )
    },
    [Symbol.asyncDispose]: async () => {
      await runtime.dispose()
      await sandbox.close()
    },
  }
}
