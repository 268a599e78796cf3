/**
 * A world in a durable store: its relationships in the log, all else as entries of the journal.
 *
 * | entry, behind `sandbox/` | holds |
 * | --- | --- |
 * | `lease` | who lives here, see `Lease` |
 * | `world` | which world it is and how far it is there, see `State` |
 * | `N/origin` | the file of world `N`, to which a reset returns, see `Origin` |
 * | `N/fact/…` | what is other than in the file, see `Fact` |
 * | `N/quota/…` | windows of the limits, see `Windows` |
 *
 * A world is put in the place of another in this order: its file is written; the state names it, and
 * from here on it is the one that is found after a crash; what was there is removed; its relationships
 * are written; the state says that it is ready.
 *
 * @since 0.1.0
 */
import { Journal, Quota, RelationshipStore, type StoreError, Upkeep } from "@kith/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Secrets from "../auth/Secrets.ts"
import { builtIn } from "../world/BuiltIn.ts"
import type { SandboxClock } from "../world/SandboxClock.ts"
import { seed } from "../world/Seed.ts"
import * as Users from "../world/Users.ts"
import type { World } from "../world/World.ts"
import * as Book from "./Book.ts"
import * as Entries from "./Entries.ts"
import { digest, type Fact, keyOf } from "./Fact.ts"
import * as Lease from "./Lease.ts"
import * as Origin from "./Origin.ts"
import * as State from "./State.ts"
import { hasWorld, notASandbox, type StorageRefused } from "./StorageRefused.ts"
import * as Sweep from "./Sweep.ts"
import * as Windows from "./Windows.ts"

/** @category models @since 0.1.0 */
export type Layers = Layer.Layer<
  RelationshipStore.RelationshipStore | Journal.Journal | Upkeep.Upkeep,
  StoreError.StoreError
>

/** @category models @since 0.1.0 */
export interface Options {
  readonly storage: Layers
  readonly world: World | undefined
  readonly replace: boolean
  readonly clock: SandboxClock
}

/**
 * A world as a storage has it.
 *
 * - `origin`: the file that it was made of.
 * - `counted`: what had been counted against limits; `writeCounted` writes what is now.
 *
 * @category models
 * @since 0.1.0
 */
export interface Chapter {
  readonly origin: World
  readonly store: RelationshipStore.RelationshipStore["Service"]
  readonly facts: ReadonlyArray<Fact>
  readonly book: Book.Book
  readonly counted: Quota.Ledger
  readonly writeCounted: ReturnType<typeof Windows.writer>
}

/**
 * - `first`: the world that was found, or that the storage was filled with.
 * - `resumed`: whether it was found.
 * - `stage`: puts another world in the place of the last one, as far as there is a way back; nobody may
 *   use the last one any more. When it fails, the last one goes on as soon as its book is saved.
 * - `finish`: does the rest; when it fails, it can be done again.
 *
 * @category models
 * @since 0.1.0
 */
export interface Storage {
  readonly first: Chapter
  readonly resumed: boolean
  /** The file of the world that was staged last. */
  readonly origin: () => World
  readonly stage: (
    world: World,
    options: { readonly resetClock: boolean },
  ) => Effect.Effect<void, StoreError.StoreError>
  readonly finish: Effect.Effect<Chapter, StoreError.StoreError>
  /** Whether another sandbox has taken the storage over. */
  readonly isLost: () => boolean
}

/** Behind all keys of a sandbox, and before those of others. */
const behindOurs = `${Entries.prefix}~`

/** A store that somebody else uses is not even written to. */
const refuseForeign = Effect.fnUntraced(function* (
  store: RelationshipStore.RelationshipStore["Service"],
  journal: Journal.Journal["Service"],
) {
  const [state] = yield* journal.read([Entries.prefix + State.key])
  if (state !== undefined) return
  const events = yield* store.log(0, 1)
  const first = yield* journal.scan("", 1)
  const behind = yield* journal.scan("", 1, behindOurs)
  const foreign = [...first, ...behind].some(({ key }) => !key.startsWith(Entries.prefix))
  if (events.length > 0 || foreign) return yield* Effect.fail(notASandbox)
})

/** The texts whose keys begin so. */
const under = (texts: ReadonlyMap<string, string>, place: string): ReadonlyMap<string, string> =>
  new Map([...texts].filter(([key]) => key.startsWith(place)))

/**
 * Opens a storage until the scope closes, and fills it when it is empty.
 *
 * @category constructors
 * @since 0.1.0
 */
export const open: (
  options: Options,
) => Effect.Effect<Storage, StoreError.StoreError | StorageRefused, Scope.Scope> =
  Effect.fnUntraced(function* ({ storage, world: given, replace, clock }) {
    const context = yield* Layer.build(storage)
    const store = Context.get(context, RelationshipStore.RelationshipStore)
    const upkeep = Context.get(context, Upkeep.Upkeep)
    const journal = Context.get(context, Journal.Journal)
    yield* refuseForeign(store, journal)

    const entries = Entries.make(journal, Secrets.alphanumeric(20), clock.realNow)
    yield* Effect.acquireRelease(entries.acquire, () => Effect.ignore(entries.release))
    let book: Book.Book | undefined
    yield* Effect.suspend(() => book?.saved ?? Effect.void).pipe(
      Effect.andThen(entries.write([])),
      Effect.ignore,
      Effect.delay(Lease.renewal),
      Effect.forever,
      Effect.forkScoped,
    )

    const texts = yield* entries.load
    const found = texts.get(State.key)
    let state = found === undefined ? undefined : yield* State.decode(found)
    let origin = given ?? builtIn

    const placeOf = (generation: number, what: string) => `${generation}/${what}`
    const textOf = (next: State.State) => JSON.stringify({ ...next, offset: clock.offset() })

    const begin = Effect.fnUntraced(function* (
      generation: number,
      numbered: Effect.Success<ReturnType<typeof Book.decode>>,
      counted: Quota.Ledger,
    ) {
      const begun = yield* Book.make(entries, placeOf(generation, "fact/"), numbered)
      book = begun
      clock.onAdvance(() => {
        if (state !== undefined) begun.put(State.key, textOf(state))
      })
      const facts = numbered.map(({ fact }) => fact)
      const obsolete = Sweep.obsolete(facts, clock.now())
      for (const key of obsolete) begun.forget(key)
      const chapter: Chapter = {
        origin,
        store,
        facts: facts.filter((fact) => !obsolete.has(keyOf(fact))),
        book: begun,
        counted,
        writeCounted: Windows.writer(entries, placeOf(generation, "quota/"), counted),
      }
      return chapter
    })

    const stage: Storage["stage"] = Effect.fnUntraced(function* (world, { resetClock }) {
      const text = JSON.stringify(world)
      const generation = (state?.generation ?? 0) + 1
      yield* entries.writeMany([[Origin.keyOf(generation), text]])
      const next = State.make({
        generation,
        phase: state === undefined ? "filling" : "clearing",
        digest: digest(text),
        offset: resetClock ? 0 : clock.offset(),
      })
      yield* entries.write([[State.key, JSON.stringify(next)]]).pipe(
        // It may have been written all the same.
        Effect.tapError(() =>
          Effect.sync(() => {
            if (state !== undefined) book?.put(State.key, textOf(state))
          }),
        ),
      )
      if (resetClock) clock.reset()
      state = next
      origin = world
    })

    const enter = Effect.fnUntraced(function* (from: State.State, phase: State.State["phase"]) {
      const next = { ...from, phase }
      yield* entries.write([[State.key, textOf(next)]])
      state = next
      return next
    })

    const finish = Effect.gen(function* () {
      let now = state
      if (now === undefined) return yield* Effect.die("a world was staged before")
      if (now.phase === "clearing") {
        yield* upkeep.clear
        now = yield* enter(now, "filling")
      }
      const mine = placeOf(now.generation, "")
      const others = entries.keys().filter((key) => /^\d/.test(key) && !key.startsWith(mine))
      yield* entries.writeMany(others.map((key) => [key, undefined]))
      yield* seed(origin, Users.make(origin), store, clock.now())
      yield* enter(now, "ready")
      return yield* begin(now.generation, [], Quota.empty)
    })

    /** The world that was found, once it is ready. */
    const load = Effect.fnUntraced(function* ({ generation, phase }: State.State) {
      origin = yield* Origin.decode(texts, generation)
      if (phase !== "ready") return yield* finish
      const facts = yield* Book.decode(under(texts, placeOf(generation, "fact/")))
      const counted = yield* Windows.decode(under(texts, placeOf(generation, "quota/")))
      return yield* begin(generation, facts, counted)
    })

    const resumed = state?.phase === "ready" && !replace
    const rest = { resumed, origin: () => origin, stage, finish, isLost: entries.isLost }
    if (state === undefined || replace) {
      yield* stage(origin, { resetClock: true })
      return { first: yield* finish, ...rest }
    }
    // The same command again goes on where it was cut short.
    const begun = state.phase !== "ready" && given !== undefined
    if (given !== undefined && !(begun && digest(JSON.stringify(given)) === state.digest)) {
      return yield* Effect.fail(hasWorld)
    }
    clock.advance(state.offset / 1000)
    return { first: yield* load(state), ...rest }
  })
