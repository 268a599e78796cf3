/**
 * A process that acts on X: the whole service over the adapter, which can be killed at any step.
 *
 * Whoever is dead does nothing more: neither the store nor the journal nor the network hears of it,
 * and nothing that was asked for comes back. What it had written and sent stays.
 */
import {
  type CommandError,
  Journal,
  type Receipt,
  type Reconciler,
  RelationshipRemote,
  Relationships,
  RelationshipStore,
  StoreError,
} from "@kith/core"
import { Credentials, Grants, Transport, XRemote } from "@kith/http-adapter"
import { Clock, Context, Effect, Exit, Fiber, Layer, Redacted, type Result, Scope } from "effect"
import { labelHeader } from "./proxy.ts"
import { app, oauth1Of, sources } from "./world.ts"

/** The ways to act on X: its API, and the credentials at hand. */
export const ways = {
  v1: { mode: "v1", kinds: ["oauth1"] },
  v2: { mode: "v2", kinds: ["oauth2"] },
  signed: { mode: "v2", kinds: ["oauth1"] },
  auto: { mode: "auto", kinds: ["oauth2", "oauth1"] },
} as const

export type Way = keyof typeof ways

/** Steps at which a process can die: right before each of them, or right after. */
export type Step = "intent" | "send" | "commit" | "clear" | "journal"
export type Moment = `before ${Step}` | `after ${Step}`

/** What outlives a process, and the ways out of it. */
export interface Surroundings {
  readonly origin: string
  readonly store: RelationshipStore.RelationshipStore["Service"]
  readonly journal: Journal.Journal["Service"]
  readonly clock: Clock.Clock
  /** Told when a request leaves, and when it has ended. */
  readonly onBusy: (change: 1 | -1) => void
}

export interface Options extends Relationships.RemoteOptions {
  readonly way: Way
  /** Milliseconds that a request takes at most. */
  readonly timeout?: number
  readonly maxBody?: number
}

/** What a call came to; nothing when the process died. */
export type Outcome = Result.Result<Receipt.Receipt, CommandError.CommandError> | "dead"

export type Services = Relationships.Relationships | Reconciler.Reconciler | Grants.Grants

export interface Process {
  readonly isDead: () => boolean
  /** Resolves when it dies. */
  readonly died: Promise<"dead">
  readonly kill: () => void
  /** Kills it at a moment that it comes to, or after so many steps that it takes. */
  readonly dieAt: (moment: Moment | number) => void
  /** Lets the store or the journal fail once: at a step, or after so many writes and before the next. */
  readonly stumbleAt: (step: Step | number) => void
  readonly fork: <A, E>(effect: Effect.Effect<A, E, Services>) => Fiber.Fiber<A, E>
  readonly close: Effect.Effect<void>
}

/**
 * For whom a request is sent: the number of the call and the id of the command, or what it is for.
 */
const Label = Context.Reference<string>("test/faults/Label", { defaultValue: () => "" })

/** The label of a call. */
export const labelled =
  (label: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Label, label)

/** The same response, which tells when it has been read. */
const watched = (
  response: Response,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  onEnd: () => void,
): Response => {
  const reader = body.getReader()
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: async (controller) => {
      const { done, value } = await reader.read()
      if (!done) return controller.enqueue(value)
      onEnd()
      controller.close()
    },
  })
  const { headers, status, statusText } = response
  return new Response(stream, { headers, status, statusText })
}

const unavailable = new StoreError.StoreError({
  reason: "Unavailable",
  message: "the disk is away for a test",
})

const stepOf = ([write]: ReadonlyArray<Journal.Write>): Step => {
  if (write === undefined || !write.key.startsWith("intent/")) return "journal"
  return write.value === undefined ? "clear" : "intent"
}

const oauth1 = Credentials.makeOAuth1({
  app: app.name,
  key: app.consumerKey,
  secret: Redacted.make(app.consumerSecret),
  users: sources.map((it) => {
    const { secret, token } = oauth1Of(it)
    return { user: it.id, token, tokenSecret: Redacted.make(secret) }
  }),
})

const parts = { oauth1, oauth2: Credentials.makeOAuth2 }

export const start = async (surroundings: Surroundings, options: Options): Promise<Process> => {
  const { clock, journal, onBusy, origin, store } = surroundings
  const { maxBody = 64 * 1024, timeout = 10_000, way, ...rest } = options
  const { promise: died, resolve } = Promise.withResolvers<"dead">()
  let isDead = false
  let moment: Moment | number | undefined

  const kill = () => {
    isDead = true
    resolve("dead")
  }

  let stumbling: Step | number | undefined
  const stumble = (at: Step): Effect.Effect<void, StoreError.StoreError> =>
    Effect.suspend(() => {
      const falls = typeof stumbling === "number" ? stumbling-- <= 0 : stumbling === at
      if (!falls) return Effect.void
      stumbling = undefined
      return Effect.fail(unavailable)
    })

  /** Here it goes on, or does not. */
  const gate = (at: Moment): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (typeof moment === "number" && moment-- === 0) kill()
      if (moment === at) kill()
      return isDead ? Effect.never : Effect.void
    })

  const guarded = <A, E>(step: Step, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    gate(`before ${step}`).pipe(
      Effect.andThen(Effect.exit(effect)),
      Effect.tap(() => gate(`after ${step}`)),
      Effect.flatten,
    )

  /** Written, and perhaps not: whoever fails cannot always tell. */
  const written = <A>(
    step: Step,
    effect: Effect.Effect<A, StoreError.StoreError>,
  ): Effect.Effect<A, StoreError.StoreError> =>
    guarded(
      step,
      Effect.andThen(
        stumble(step),
        Effect.tap(effect, () => stumble(step)),
      ),
    )

  const living = <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => (isDead ? Effect.never : effect))

  const fetch: typeof globalThis.fetch = async (input, init) => {
    if (isDead) return new Promise(() => undefined)
    const headers = new Headers(init?.headers)
    headers.set(labelHeader, Fiber.getCurrent()?.getRef(Label) ?? "")
    onBusy(1)
    let isBusy = true
    const end = () => {
      if (isBusy) onBusy(-1)
      isBusy = false
    }
    // The adapter aborts whatever it does not read to its end.
    init?.signal?.addEventListener("abort", end)
    try {
      const response = await globalThis.fetch(input, { ...init, headers })
      if (response.body === null) end()
      return response.body === null ? response : watched(response, response.body, end)
    } catch (error) {
      end()
      throw error
    }
  }

  const network = XRemote.layer({ mode: ways[way].mode, origin, timeout, maxBody })

  const layer = Relationships.layerRemote(rest).pipe(
    Layer.provide(
      Layer.effect(
        RelationshipRemote.RelationshipRemote,
        Effect.map(RelationshipRemote.RelationshipRemote, (it) =>
          RelationshipRemote.RelationshipRemote.of({
            ...it,
            prepare: (command) => Effect.map(it.prepare(command), (send) => guarded("send", send)),
          }),
        ),
      ).pipe(Layer.provide(network)),
    ),
    Layer.provide(Credentials.layer(...ways[way].kinds.map((kind) => parts[kind]))),
    Layer.provideMerge(
      Grants.layer({
        app: app.name,
        clientId: app.clientId,
        origin,
        timeout,
      }),
    ),
    Layer.provide(
      Layer.mergeAll(
        Layer.succeed(
          RelationshipStore.RelationshipStore,
          RelationshipStore.RelationshipStore.of({
            ...store,
            load: (reads) => living(store.load(reads)),
            commit: (changes) => written("commit", store.commit(changes)),
          }),
        ),
        Layer.succeed(
          Journal.Journal,
          Journal.Journal.of({
            read: (keys) => living(journal.read(keys)),
            scan: (prefix, limit, after) => living(journal.scan(prefix, limit, after)),
            write: (writes) => written(stepOf(writes), journal.write(writes)),
          }),
        ),
        Layer.succeed(Transport.Fetch, fetch),
      ),
    ),
    Layer.provideMerge(Layer.succeed(Clock.Clock, clock)),
  )

  const scope = Scope.makeUnsafe()
  const context = await Effect.runPromise(Scope.provide(Layer.build(layer), scope))
  return {
    isDead: () => isDead,
    died,
    kill,
    dieAt: (at) => {
      moment = at
    },
    stumbleAt: (step) => {
      stumbling = step
    },
    fork: (effect) => Effect.runFork(Effect.provideContext(effect, context)),
    close: Effect.suspend(() => (isDead ? Effect.void : Scope.close(scope, Exit.void))),
  }
}
