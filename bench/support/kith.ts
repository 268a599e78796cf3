/** The service over a memory store that holds part of a graph already. */
import {
  Command,
  Directory,
  EventId,
  Relationship,
  RelationshipEvent,
  Relationships,
  RelationshipStore,
  type UserId,
} from "@kith/core"
import { MemoryDirectory, MemoryStore } from "@kith/memory-adapter"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import { type Graph, make as makeGraph } from "./graph.ts"

export type Store = RelationshipStore.RelationshipStore["Service"]
export type Service = Relationships.Relationships["Service"]

const batch = 1000
const start = 1_767_225_600_000

/** The users of an edge of a graph. */
export const pair = (graph: Graph, edge: number): readonly [UserId.UserId, UserId.UserId] => {
  const source = graph.ids[graph.sources[edge] ?? 0]
  const target = graph.ids[graph.targets[edge] ?? 0]
  if (source === undefined || target === undefined) throw new Error(`there is no edge ${edge}`)
  return [source, target]
}

/** The commands that follow the edges from one number to another. */
export const follows = (graph: Graph, from: number, to: number): ReadonlyArray<Command.Command> =>
  Array.from({ length: to - from }, (_, index) => Command.follow(...pair(graph, from + index)))

/** Commits the first edges of a graph to a store, one event each. */
export const fill = (store: Store, graph: Graph, edges: number): void => {
  const nextId = EventId.generator(0x5eed)
  const relationship = Relationship.following(true, false)
  const event = RelationshipEvent.followed(true, false)
  for (let from = 0; from < edges; from += batch) {
    const changes: Array<RelationshipStore.Change> = []
    // As many as a busy network sees in a millisecond.
    const time = start + from / batch
    for (let edge = from; edge < Math.min(edges, from + batch); edge++) {
      const [source, target] = pair(graph, edge)
      changes.push({
        edge: { source, target },
        expectedVersion: 0,
        relationship,
        events: [{ id: nextId(time), event }],
        time,
        commandId: undefined,
        correlationId: undefined,
        causationId: undefined,
        actor: source,
        provenance: "decided",
        fingerprint: "",
        attempts: 1,
      })
    }
    Effect.runSync(store.commit(changes))
  }
}

/** A store that holds the first edges of a graph, all of whose users the directory knows. */
export const make = async (graph: Graph, edges: number): Promise<Service> => {
  const store = Effect.runSync(MemoryStore.make())
  fill(store, graph, edges)
  const directory = Effect.runSync(
    MemoryDirectory.make({ users: graph.ids.map((id) => [id] as const) }),
  )
  return Effect.runPromise(
    Relationships.makeStore().pipe(
      // Never closed: the service lives as long as the process.
      Effect.provideService(Scope.Scope, Effect.runSync(Scope.make())),
      Effect.provideService(RelationshipStore.RelationshipStore, store),
      Effect.provideService(Directory.Directory, directory),
    ),
  )
}

/**
 * Carries commands out on two services that are thrown away, so that code is compiled, and compiled
 * for more than one service.
 */
export const practise = async (
  work: (service: Service, commands: ReadonlyArray<Command.Command>) => Promise<unknown>,
  edges: number,
): Promise<void> => {
  const graph = makeGraph(edges)
  const commands = follows(graph, 0, edges)
  await work(await make(graph, 0), commands)
  await work(await make(graph, 0), commands)
}
