/** The whole service over a durable store, and what benchmarks ask of it. */
import {
  Command,
  type Page,
  Relationships,
  type RelationshipStore,
  type StoreError,
  UserId,
} from "@kith/core"
import { MemoryDirectory } from "@kith/memory-adapter"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

export type Store = Layer.Layer<RelationshipStore.RelationshipStore, StoreError.StoreError>
export type Pair = readonly [source: string, target: string]
export type Service = Relationships.Relationships["Service"]

export interface Kith {
  readonly service: Service
  readonly run: <A, E>(effect: Effect.Effect<A, E>) => Promise<A>
  /** Commands one after the other, or so many of them at a time. */
  readonly follow: (pairs: ReadonlyArray<Pair>, inFlight?: number) => Promise<void>
  /** The followers behind a cursor. */
  readonly followers: (user: string, limit: number, cursor?: string) => Promise<Page.Page>
  readonly close: () => Promise<void>
}

const commandOf = ([source, target]: Pair): Command.Command =>
  Command.follow(UserId.make(source), UserId.make(target))

/** Everybody is known to the directory, and nobody protected. */
export const open = async (store: Store): Promise<Kith> => {
  const runtime = ManagedRuntime.make(
    Layer.provideMerge(
      Relationships.layerStore(),
      Layer.merge(store, MemoryDirectory.layer({ unknownUsers: "public" })),
    ),
  )
  const service = await runtime.runPromise(Relationships.Relationships)
  return {
    service,
    run: runtime.runPromise,
    follow: (pairs, inFlight = 1) => {
      const commands = pairs.map(commandOf)
      return runtime.runPromise(
        Effect.forEach(commands, (command) => service.execute(command), {
          concurrency: inFlight,
          discard: true,
        }),
      )
    },
    followers: (user, limit, cursor) =>
      runtime.runPromise(service.followers(UserId.make(user), { limit, cursor })),
    close: () => runtime.dispose(),
  }
}

const slice = 5_000

/** Fills a store in large groups. */
export const fill = async (
  { run, service }: Pick<Kith, "run" | "service">,
  pairs: ReadonlyArray<Pair>,
): Promise<void> => {
  for (let from = 0; from < pairs.length; from += slice) {
    const commands = pairs.slice(from, from + slice).map((pair) => [commandOf(pair)] as const)
    const outcomes = await run(service.executeAll(commands))
    const failed = outcomes.find(({ _tag }) => _tag === "Failure")
    if (failed !== undefined) throw new Error(`a store could not be filled: ${String(failed)}`)
  }
}
