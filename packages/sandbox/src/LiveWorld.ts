/**
 * A world that is running: everything that a request can see or change.
 *
 * Replacing the world makes a new one of these; requests that are on their way end on the old one.
 *
 * @since 0.1.0
 */
import {
  Directory,
  type Quota,
  Relationships,
  RelationshipStore,
  type StoreError,
} from "@kith/core"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Credentials from "./auth/Credentials.ts"
import { all, type Fact, type Keeper } from "./storage/Fact.ts"
import * as Limits from "./world/Limits.ts"
import * as Meter from "./world/Meter.ts"
import * as Replica from "./world/Replica.ts"
import type { SandboxClock } from "./world/SandboxClock.ts"
import { seed } from "./world/Seed.ts"
import * as Users from "./world/Users.ts"
import type { World } from "./world/World.ts"

/**
 * - `origin`: what the world was made of, to which a reset returns.
 * - `publicUrls`: what signed URLs may begin with besides, as it is in a signature.
 * - `relationships`: the service, live: for commands, the log and the control API.
 * - `log`: the store's log, as far as it goes.
 * - `reads`: the service that X's reads are answered from, which is behind by the lag that was set.
 * - `setLag`: how many seconds reads are behind from now on; 0 for none.
 * - `saved`: returns when everything that was changed so far is kept; absent in memory.
 *
 * @category models
 * @since 0.1.0
 */
export interface LiveWorld {
  readonly origin: World
  readonly publicUrls: ReadonlyArray<string>
  readonly clock: SandboxClock
  readonly users: Users.Users
  readonly credentials: Credentials.Credentials
  readonly meter: Meter.Meter
  readonly relationships: Relationships.Relationships["Service"]
  readonly log: RelationshipStore.RelationshipStore["Service"]["log"]
  readonly reads: Effect.Effect<Relationships.Relationships["Service"], StoreError.StoreError>
  readonly lagSeconds: () => number
  readonly setLag: (seconds: number) => Effect.Effect<void>
  readonly saved: Effect.Effect<void, StoreError.StoreError> | undefined
}

/** As a URL is in a signature (RFC 5849, section 3.4.1.2), without a slash at the end. */
const signedForm = (url: string): ReadonlyArray<string> => {
  const parsed = URL.parse(url)
  return parsed === null ? [] : [`${parsed.origin}${parsed.pathname.replace(/\/+$/, "")}`]
}

/** @category models @since 0.1.0 */
export interface Options {
  readonly clock: SandboxClock
  readonly publicUrls: ReadonlyArray<string>
  /** Where the relationships are kept. It has to be empty, and is built anew for every world. */
  readonly store: Layer.Layer<RelationshipStore.RelationshipStore, StoreError.StoreError>
}

/**
 * A world that is kept: its store, which has the relationships of the file already, what is known
 * beyond the file, and who is told of what changes.
 *
 * @category models
 * @since 0.1.0
 */
export interface Kept {
  readonly store: RelationshipStore.RelationshipStore["Service"]
  readonly facts: ReadonlyArray<Fact>
  readonly counted: Quota.Ledger
  readonly keeper: Keeper
  readonly saved: Effect.Effect<void, StoreError.StoreError>
}

/**
 * Sets a world running in memory, until the scope closes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = Effect.fnUntraced(function* (world: World, options: Options) {
  const users = Users.make(world)
  const built = yield* Layer.build(Layer.fresh(options.store))
  const store = Context.get(built, RelationshipStore.RelationshipStore)
  yield* seed(world, users, store, options.clock.now())
  const credentials = Credentials.make(world, users, options.clock)
  return yield* start(world, options, store, { users, credentials })
})

const restoreUsers = (users: Users.Users, facts: ReadonlyArray<Fact>): void => {
  users.restore(all(facts, "User").map(({ user }) => user))
  const byNumber = <P extends { readonly number: number }>(pairs: ReadonlyArray<P>) =>
    pairs.toSorted((one, other) => one.number - other.number)
  for (const { source, target, number } of byNumber(all(facts, "Block"))) {
    users.blocks.restore(source, target, number === 0 ? undefined : number)
  }
  for (const { source, target, number } of byNumber(all(facts, "Mute"))) {
    users.mutes.restore(source, target, number)
  }
}

/**
 * Sets a world that is kept running again, until the scope closes.
 *
 * @category constructors
 * @since 0.1.0
 */
export const restore = Effect.fnUntraced(function* (
  world: World,
  options: Omit<Options, "store">,
  { store, facts, counted, keeper, saved }: Kept,
) {
  const users = Users.make(world, keeper)
  // The tokens of the file name users as they were called there.
  const credentials = Credentials.make(world, users, options.clock, keeper)
  restoreUsers(users, facts)
  credentials.restore(facts)
  return yield* start(world, options, store, { users, credentials, counted, saved })
})

interface Parts {
  readonly users: Users.Users
  readonly credentials: Credentials.Credentials
  readonly counted?: Quota.Ledger
  readonly saved?: LiveWorld["saved"]
}

const start = Effect.fnUntraced(function* (
  world: World,
  options: Omit<Options, "store">,
  store: RelationshipStore.RelationshipStore["Service"],
  { users, credentials, counted, saved }: Parts,
) {
  const { clock } = options
  const scope = yield* Effect.scope
  const relationships = yield* Relationships.makeStore().pipe(
    Effect.provideService(RelationshipStore.RelationshipStore, store),
    Effect.provideService(Directory.Directory, users.directory),
    Effect.provideService(Clock.Clock, clock.clock),
  )

  const undelayed = Effect.succeed(relationships)
  let replica: Replica.Replica | undefined
  const live: LiveWorld = {
    origin: world,
    publicUrls: options.publicUrls.flatMap(signedForm),
    clock,
    users,
    credentials,
    meter: Meter.make(Limits.of(world), clock, counted),
    relationships,
    log: store.log,
    get reads() {
      return replica?.reads ?? undelayed
    },
    lagSeconds: () => replica?.lagSeconds ?? 0,
    setLag: (seconds) =>
      seconds === 0
        ? Effect.sync(() => {
            replica = undefined
          })
        : Replica.make(store.log, users.directory, clock, seconds).pipe(
            Effect.provideService(Clock.Clock, clock.clock),
            Effect.provideService(Scope.Scope, scope),
            Effect.map((made) => {
              replica = made
            }),
          ),
    saved,
  }
  return live
})
