/** Storages that a test can look into, copy as a crash leaves them, and let fail. */
import { type Journal, StoreError } from "@kith/core"
import { MemoryJournal } from "@kith/memory-adapter"
import { Sandbox, type World } from "@kith/sandbox"
import { Effect, Layer } from "effect"
import * as ToyStore from "../stores/toy-store.ts"
import * as ToyUpkeep from "../stores/toy-upkeep.ts"
import { send, type Storage } from "./persistence-support.ts"

/** The toys, which forget nothing when what is built on them ends. */
export interface Toys {
  readonly state: ToyStore.State
  readonly kit: ToyUpkeep.Kit
  readonly storage: Storage
}

const toysOf = (state: ToyStore.State, journal: Journal.Journal["Service"]): Toys => {
  const store = ToyStore.make(state)
  const base = ToyUpkeep.make({ state, store, journal })
  const clear = Effect.sync(() => {
    ToyUpkeep.keepOnly(state.log, () => false)
    state.commands.clear()
  })
  const kit = { store, journal, upkeep: { ...base, clear } }
  return { state, kit, storage: Layer.succeedContext(ToyUpkeep.contextOf(kit)) }
}

export const toys = (): Toys => toysOf(ToyStore.empty(), Effect.runSync(MemoryJournal.make))

/** What a process that dies now leaves behind, without the lease, which ends with the process. */
export const copyOf = ({ kit, state }: Toys): Toys => {
  const journal = Effect.runSync(MemoryJournal.make)
  const entries = Effect.runSync(kit.journal.scan("", 1_000_000))
  for (const { key, value } of entries) {
    if (key === "sandbox/lease") continue
    Effect.runSync(journal.write([{ key, value, expectedVersion: 0 }]))
  }
  const copied = { log: [...state.log], commands: new Map(state.commands), last: state.last }
  return toysOf(copied, journal)
}

/** The same with other services in front. */
export const storageOf = (kit: ToyUpkeep.Kit): Storage =>
  Layer.succeedContext(ToyUpkeep.contextOf(kit))

export const outage = new StoreError.StoreError({ reason: "Full", message: "no room" })

/** The same toys until so many writes were made; from then on all fail, or those of entries alone. */
export const failingAfter = (
  { kit }: Toys,
  writes: number,
  what: "everything" | "entries" = "everything",
) => {
  let left = writes
  const or = <A>(work: Effect.Effect<A, StoreError.StoreError>) =>
    Effect.suspend(() => (left-- > 0 ? work : Effect.fail(outage)))
  return {
    storage: storageOf({
      store: {
        ...kit.store,
        commit: (changes) => {
          const commit = kit.store.commit(changes)
          return what === "entries" ? commit : or(commit)
        },
      },
      journal: { ...kit.journal, write: (changes) => or(kit.journal.write(changes)) },
      upkeep: { ...kit.upkeep, clear: or(kit.upkeep.clear) },
    }),
    recover: () => {
      left = Infinity
    },
    breakAfter: (more: number) => {
      left = more
    },
  }
}

/** What a start on a storage is refused with. */
export const refusal = async (
  storage: Storage,
  options: Sandbox.Options = {},
): Promise<unknown> => {
  const [outcome] = await Promise.allSettled([Sandbox.start({ ...options, storage })])
  if (outcome.status === "fulfilled") {
    await outcome.value.close()
    return "not refused"
  }
  return outcome.reason
}

/** The world that a start on a storage shows. */
export const exported = async (
  storage: Storage,
  options: Sandbox.Options = {},
): Promise<World.World> => {
  await using sandbox = await Sandbox.start({ ...options, storage })
  return (await send(sandbox.url, "GET", "/sandbox/world")).json
}

/** As an export says it: with every member that has a default. */
export const asExported = async (file: World.World): Promise<World.World> => {
  await using sandbox = await Sandbox.start({ world: file })
  return (await send(sandbox.url, "GET", "/sandbox/world")).json
}
