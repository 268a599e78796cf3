/**
 * Where faults are tried out: a sandbox with a proxy before it, the store and the journal that outlive
 * processes, and a record of every request and of what it did on X.
 */
import {
  type Command,
  type Edge,
  type Journal,
  Reconciler,
  type RecordedEvent,
  type Relationship,
  Relationships,
  type RelationshipStore,
  type UserId,
} from "@kith/core"
import { Grants } from "@kith/http-adapter"
import { MemoryJournal, MemoryStore } from "@kith/memory-adapter"
import { Sandbox } from "@kith/sandbox"
import { Effect, Fiber, Redacted, Schema, Stream } from "effect"
import * as ManualClock from "./clock.ts"
import { type Fate, fine } from "./fates.ts"
import * as Processes from "./process.ts"
import * as Proxies from "./proxy.ts"
import { app, scopes, world } from "./world.ts"

/** What serves for one story after the other. */
export interface Place extends AsyncDisposable {
  readonly sandbox: Sandbox.Sandbox
  readonly proxy: Proxies.Proxy
  readonly clock: ManualClock.ManualClock
}

/** A request, and what it came to on X. */
export interface Request extends Proxies.Seen {
  readonly fate: string
  /** X's answers: none when it never arrived. */
  readonly statuses: ReadonlyArray<number>
  /** What it made happen. */
  readonly events: ReadonlyArray<RecordedEvent.RecordedEvent>
}

/** A process, and what can be asked of it. */
export interface Actor extends Processes.Process {
  /** The label of its requests is the command's id unless told. */
  readonly execute: (
    command: Command.Command,
    options?: Relationships.ExecuteOptions,
    label?: string,
  ) => Promise<Processes.Outcome>
  readonly resolve: () => Promise<unknown>
  readonly reconcile: (edge: Edge.Edge) => Promise<unknown>
  /** What it found to have happened. */
  readonly reconcileAll: (
    user: UserId.UserId,
  ) => Promise<ReadonlyArray<RecordedEvent.RecordedEvent>>
  readonly run: <A, E>(effect: Effect.Effect<A, E, Processes.Services>) => Promise<A>
}

export interface Stand extends Place {
  readonly store: RelationshipStore.RelationshipStore["Service"]
  readonly journal: Journal.Journal["Service"]
  readonly requests: ReadonlyArray<Request>
  /** What befalls the next requests to the API, and those for tokens; the others nothing. */
  readonly fates: Array<Fate>
  readonly tokenFates: Array<Fate>
  readonly start: (options: Processes.Options & { readonly ahead?: number }) => Promise<Actor>
  /** What X has of an edge. */
  readonly truth: (edge: Edge.Edge) => Relationship.Relationship
  /** What is known of it here. */
  readonly known: (edge: Edge.Edge) => Promise<RelationshipStore.Snapshot>
  readonly history: (edge: Edge.Edge) => Promise<ReadonlyArray<RecordedEvent.RecordedEvent>>
  /** Somebody acts on X itself. */
  readonly act: (command: Command.Command) => Promise<void>
  /** By how many seconds X's reads are behind from now on. */
  readonly setLag: (seconds: number) => Promise<void>
  /** Ends a user's access token on X, without anybody being told. */
  readonly expire: (user: UserId.UserId) => Promise<void>
  /** Ends a user's grant on X, without anybody being told. */
  readonly revoke: (user: UserId.UserId) => Promise<void>
  readonly openIntents: () => Promise<ReadonlyArray<Journal.Entry>>
  /** A user's consent in place of the one before, which is good for so many seconds. */
  readonly signIn: (actor: Actor, user: UserId.UserId, seconds?: number) => Promise<void>
}

export const openPlace = async (): Promise<Place> => {
  const sandbox = await Sandbox.start({ world })
  const proxy = await Proxies.open(sandbox.port)
  return {
    sandbox,
    proxy,
    clock: ManualClock.make(sandbox),
    [Symbol.asyncDispose]: async () => {
      await proxy[Symbol.asyncDispose]()
      await sandbox.close()
    },
  }
}

const Tokens = Schema.Struct({
  accessToken: Schema.optionalKey(Schema.String),
  refreshToken: Schema.optionalKey(Schema.String),
})
const decodeTokens = Schema.decodeUnknownSync(Schema.fromJsonString(Tokens))

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** Turns of the event loop in which nothing moves before everybody is taken to sleep. */
const stillness = 6

/** What outlives processes. */
type Kept = Pick<Stand, "store" | "journal">

const inMemory = async (): Promise<Kept> => ({
  store: await Effect.runPromise(MemoryStore.make()),
  journal: await Effect.runPromise(MemoryJournal.make),
})

/** A world of its own, in a place that served for others before. */
export const begin = async (place: Place, kept?: Kept): Promise<Stand> => {
  const { clock, proxy, sandbox } = place
  await Effect.runPromise(sandbox.control.replace(world))
  const { journal, store } = kept ?? (await inMemory())
  const requests: Array<Request> = []
  const fates: Array<Fate> = []
  const tokenFates: Array<Fate> = []
  const actors: Array<Actor> = []

  let position = 0
  let caused: ReadonlyArray<RecordedEvent.RecordedEvent> = []
  /** What happened on X since it was last asked. */
  const news = () => {
    const events = Effect.runSync(sandbox.control.log(position, 1_000))
    position = events.at(-1)?.position ?? position
    return events
  }
  proxy.decide = ({ path }) => (path.startsWith("/2/oauth2/") ? tokenFates : fates).shift() ?? fine
  proxy.onDelivered = () => {
    caused = [...caused, ...news()]
  }
  proxy.onSeen = (seen, { what }, statuses) => {
    requests.push({ ...seen, fate: what, statuses, events: caused })
    caused = []
  }

  let busy = 0
  let change = Promise.withResolvers<void>()
  const onBusy = (by: 1 | -1) => {
    busy += by
    change.resolve()
    change = Promise.withResolvers()
  }
  /** Lets everything happen until a promise is kept; time goes on when all the others sleep. */
  const until = async <A>(promise: Promise<A>): Promise<A> => {
    let isDone = false
    const done = promise.finally(() => {
      isDone = true
    })
    let still = 0
    // Others end it.
    // oxlint-disable-next-line no-unmodified-loop-condition
    while (!isDone) {
      if (busy > 0) {
        await Promise.race([done, change.promise])
        still = 0
      } else {
        await turn()
        still += 1
        if (still > stillness && clock.skip()) still = 0
        if (still > 10_000) throw new Error("nothing moves any more")
      }
    }
    // What the dead have sent still arrives.
    // oxlint-disable-next-line no-unmodified-loop-condition
    while (busy > 0) await change.promise
    await proxy.settled()
    return done
  }

  let signedIn = 0
  const start: Stand["start"] = async ({ ahead = 0, ...options }) => {
    const process = await Processes.start(
      { origin: proxy.origin, store, journal, clock: clock.ahead(ahead), onBusy },
      options,
    )
    const exit = async <A, E>(effect: Effect.Effect<A, E, Processes.Services>) => {
      const fiber = process.fork(effect)
      return until(Promise.race([process.died, Effect.runPromise(Fiber.join(fiber))]))
    }
    const run: Actor["run"] = async (effect) => {
      const result = await exit(effect)
      if (result === "dead") throw new Error("the process is dead")
      return result
    }
    const actor: Actor = {
      ...process,
      execute: (command, about, label = about?.commandId ?? "") =>
        exit(
          Effect.flatMap(Relationships.Relationships, (service) =>
            Effect.result(service.execute(command, about)),
          ).pipe(Processes.labelled(label)),
        ),
      resolve: () =>
        exit(
          Effect.flatMap(Reconciler.Reconciler, ({ resolve }) => Effect.result(resolve)).pipe(
            Processes.labelled("resolve"),
          ),
        ),
      reconcile: (edge) =>
        exit(
          Effect.flatMap(Reconciler.Reconciler, ({ reconcile }) =>
            Effect.result(reconcile(edge)),
          ).pipe(Processes.labelled("reconcile")),
        ),
      reconcileAll: (user) =>
        run(
          Effect.flatMap(Reconciler.Reconciler, ({ reconcileAll }) =>
            Stream.runCollect(reconcileAll(user)),
          ).pipe(
            Processes.labelled("walk"),
            Effect.map((steps) => steps.flatMap(({ events }) => events)),
          ),
        ),
      run,
    }
    actors.push(actor)
    return actor
  }

  const signIn: Stand["signIn"] = async (actor, user, seconds = 7_200) => {
    const { grants } = sandbox.control.world().credentials
    const tokens = {
      accessToken: `access-${user}-${++signedIn}`,
      refreshToken: `refresh-${user}-${signedIn}`,
    }
    grants.adopt({
      grant: { app: app.name, userId: user, scopes: new Set(scopes) },
      ...tokens,
    })
    await actor.run(
      Effect.flatMap(Grants.Grants, (service) =>
        service.put(user, {
          accessToken: Redacted.make(tokens.accessToken),
          refreshToken: Redacted.make(tokens.refreshToken),
          expiresAt: Math.floor(clock.now()) + seconds * 1000,
          scopes,
        }),
      ),
    )
  }

  /** The tokens that a user has here. */
  const grantOf = async (user: UserId.UserId): Promise<typeof Tokens.Type> => {
    const key = `grant/${encodeURIComponent(app.name)}/${user}`
    const [entry] = await Effect.runPromise(journal.read([key]))
    return entry === undefined ? {} : decodeTokens(entry.value)
  }
  const revoke = (token: string) => sandbox.control.world().credentials.grants.revoke(token)

  const relationships = () => sandbox.control.world().relationships
  return {
    ...place,
    store,
    journal,
    requests,
    fates,
    tokenFates,
    start,
    truth: (edge) => Effect.runSync(relationships().relationship(edge)).relationship,
    known: async (edge) => {
      const [snapshot] = await Effect.runPromise(store.load([{ edge, commandId: undefined }]))
      if (snapshot === undefined) throw new Error("the store answered nothing")
      return { relationship: snapshot.relationship, version: snapshot.version }
    },
    history: (edge) => Effect.runPromise(store.history(edge)),
    act: async (command) => {
      // Not everything can be done at any time.
      await Effect.runPromise(Effect.result(relationships().execute(command)))
      news()
    },
    setLag: (seconds) => Effect.runPromise(sandbox.control.setLag(seconds)),
    expire: async (user) => {
      const { accessToken } = await grantOf(user)
      if (accessToken !== undefined) revoke(accessToken)
    },
    revoke: async (user) => {
      const { accessToken, refreshToken } = await grantOf(user)
      for (const token of [refreshToken, accessToken]) if (token !== undefined) revoke(token)
    },
    openIntents: () => Effect.runPromise(journal.scan("intent/", 100)),
    signIn,
    [Symbol.asyncDispose]: async () => {
      for (const actor of actors) {
        if (!actor.isDead()) await until(Effect.runPromise(actor.close))
      }
    },
  }
}

/** A place for one story. */
export const open = async (kept?: Kept): Promise<Stand> => {
  const place = await openPlace()
  const stand = await begin(place, kept)
  return {
    ...stand,
    [Symbol.asyncDispose]: async () => {
      await stand[Symbol.asyncDispose]()
      await place[Symbol.asyncDispose]()
    },
  }
}
