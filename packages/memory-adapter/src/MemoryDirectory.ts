/**
 * A directory in the memory of this process: who there is, who approves followers, who is suspended,
 * who blocks whom.
 *
 * It is told about users one by one, and each call takes the same time however many there are.
 *
 * @since 0.1.0
 */
import {
  CommandError,
  Directory,
  type Edge,
  Facts,
  Immediate,
  Options as Checking,
  UserId,
} from "@kith/core"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"

/**
 * What is told about a user. A member that is left out stays as it is, and is `false` for a user who
 * was not known.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserOptions {
  readonly protected?: boolean | undefined
  readonly suspended?: boolean | undefined
}

/**
 * - `users`: who is known from the start. Plain strings will do; one that is no id is a defect.
 * - `unknownUsers`: what anybody else is: `missing` unless told. `public` suits a backend that knows
 *   that its users exist before it comes here.
 *
 * @category models
 * @since 0.1.0
 */
export interface Options {
  readonly users?: Iterable<readonly [user: string, options?: UserOptions]> | undefined
  readonly unknownUsers?: "missing" | "public" | undefined
}

/**
 * The directory together with the means to tell it about users.
 *
 * @category services
 * @since 0.1.0
 */
export class MemoryDirectory extends Context.Service<
  MemoryDirectory,
  {
    readonly facts: Directory.Directory["Service"]["facts"]
    /** Adds a user or changes what is known of one. */
    readonly setUser: (user: UserId.UserId, options?: UserOptions) => Effect.Effect<void>
    /** Forgets a user. The blocks of the user and against the user go on. */
    readonly removeUser: (user: UserId.UserId) => Effect.Effect<void>
    /**
     * Notes that `source` blocks `target`, known or not. It ends no relationship: remove those in
     * both directions as well where a block should sever them.
     */
    readonly block: (edge: Edge.Edge) => Effect.Effect<void>
    /** Ends a block. */
    readonly unblock: (edge: Edge.Edge) => Effect.Effect<void>
  }
>()("@kith/memory-adapter/MemoryDirectory") {}

type Known = Required<{ readonly [K in keyof UserOptions]: boolean }>

// The four things that can be known of a user exist once each.
const known: ReadonlyArray<Known> = [
  { protected: false, suspended: false },
  { protected: true, suspended: false },
  { protected: false, suspended: true },
  { protected: true, suspended: true },
]

const ranges: Checking.Ranges<Options> = { unknownUsers: Checking.oneOf("missing", "public") }

const isId = Schema.is(UserId.UserId)

const noId = (user: unknown): CommandError.InvalidInput =>
  new CommandError.InvalidInput({
    message: `users has ${JSON.stringify(user)}; a user id is 1 to 19 digits without a leading zero`,
  })

const factsOf = (target: Known): Facts.Facts =>
  target.suspended ? Facts.suspended : target.protected ? Facts.guarded : Facts.open

/**
 * A directory that is told about users while it runs. One of `users` that is no id is a defect.
 *
 * @category constructors
 * @since 0.1.0
 */
export const make = (options?: Options): Effect.Effect<MemoryDirectory["Service"]> =>
  Effect.gen(function* () {
    yield* Checking.check(options, ranges)
    const users = new Map<UserId.UserId, Known>()
    const blocks = new Map<UserId.UserId, Set<UserId.UserId>>()
    const stranger = options?.unknownUsers === "public" ? Facts.open : Facts.missing

    const set = (user: UserId.UserId, told: UserOptions | undefined): void => {
      const before = users.get(user)
      const guarded = told?.protected ?? before?.protected ?? false
      const suspended = told?.suspended ?? before?.suspended ?? false
      const now = known[(guarded ? 1 : 0) + (suspended ? 2 : 0)]
      if (now !== undefined) users.set(user, now)
    }

    const blocked = (source: UserId.UserId, target: UserId.UserId): boolean =>
      blocks.get(source)?.has(target) ?? false

    const facts = ({ source, target }: Edge.Edge): Facts.Facts => {
      const user = users.get(target)
      const plain = user === undefined ? stranger : factsOf(user)
      if (blocks.size === 0) return plain
      const blockedByTarget = blocked(target, source)
      const blocksTarget = blocked(source, target)
      return blockedByTarget || blocksTarget
        ? { target: plain.target, blockedByTarget, blocksTarget }
        : plain
    }

    for (const [user, told] of options?.users ?? []) {
      if (!isId(user)) return yield* Effect.die(noId(user))
      set(user, told)
    }

    return MemoryDirectory.of({
      facts: Immediate.make((edges) => Result.succeed(edges.map(facts))),
      setUser: (user, told) => Effect.sync(() => set(user, told)),
      removeUser: (user) =>
        Effect.sync(() => {
          users.delete(user)
        }),
      block: ({ source, target }) =>
        Effect.sync(() => {
          const targets = blocks.get(source)
          if (targets === undefined) blocks.set(source, new Set([target]))
          else targets.add(target)
        }),
      unblock: ({ source, target }) =>
        Effect.sync(() => {
          const targets = blocks.get(source)
          if (targets?.delete(target) === true && targets.size === 0) blocks.delete(source)
        }),
    })
  })

/**
 * A directory that is told about users while it runs, both as {@link MemoryDirectory} and as the
 * port.
 *
 * @category layers
 * @since 0.1.0
 */
export const layer = (options?: Options): Layer.Layer<MemoryDirectory | Directory.Directory> =>
  Layer.effect(
    Directory.Directory,
    Effect.map(MemoryDirectory, ({ facts }) => Directory.Directory.of({ facts })),
  ).pipe(Layer.provideMerge(Layer.effect(MemoryDirectory, make(options))))
