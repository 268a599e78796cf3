/**
 * Commands by number: everybody who knows the load knows what number 17 asks for, so that a process can
 * repeat what another one began before it was killed.
 */
import { Command, Edge, type Relationships } from "@kith/core"
import { Schema } from "effect"
import { user } from "./world.ts"

/**
 * - `seed`: loads of different seeds have nothing in common but their edges.
 * - `edges`: how many edges the commands go to.
 * - `hot`: which share of the commands goes to the first eight of them.
 * - `looks`: which share only looks at an edge.
 */
export const Load = Schema.Struct({
  seed: Schema.Int,
  edges: Schema.Int,
  hot: Schema.Finite,
  looks: Schema.Finite,
})

export type Load = typeof Load.Type

/** An order, what it asks and under which names. `command` is absent where it only looks. */
export interface Order {
  readonly edge: Edge.Edge
  readonly command: Command.Command | undefined
  readonly options: Relationships.ExecuteOptions
}

/** A stream of numbers below 1 (mulberry32), well mixed however close the seeds are. */
export const chance = (...seeds: ReadonlyArray<number>): (() => number) => {
  let state = seeds.reduce((mixed, seed) => Math.imul(mixed ^ seed, 0x9e3779b1) >>> 0, 0x5bd1e995)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Sources and targets overlap, and a target has about ten sources. */
export const edgeAt = (index: number): Edge.Edge =>
  Edge.Edge.make({ source: user(index), target: user(index + 1 + (index % 10)) })

export const edgesOf = ({ edges }: Load): ReadonlyArray<Edge.Edge> =>
  Array.from({ length: edges }, (_, index) => edgeAt(index))

const maybe = (roll: number): boolean | undefined => (roll < 0.2 ? undefined : roll < 0.6)

const commandOn = ({ source, target }: Edge.Edge, next: () => number): Command.Command => {
  const roll = next()
  const preferences = { retweets: maybe(next()), notifications: maybe(next()) }
  if (roll < 0.4) return Command.follow(source, target, preferences)
  if (roll < 0.6) return Command.unfollow(source, target)
  if (roll < 0.78) return Command.updatePreferences(source, target, preferences)
  if (roll < 0.9) return Command.approveRequest(source, target)
  if (roll < 0.95) return Command.denyRequest(source, target)
  return Command.removeFollower(source, target)
}

/** The name by which the events of a command can be told: of its id, or of its conversation. */
const nameOf = (load: Load, number: number): string => `${load.seed}-${number}`

/** Whether a command has an id, so that it can be repeated: two of three do. */
export const isRepeatable = (number: number): boolean => number % 3 !== 0

export const orderAt = (load: Load, number: number): Order => {
  const next = chance(load.seed, number)
  const edge = edgeAt(
    Math.floor(next() * (next() < load.hot ? Math.min(8, load.edges) : load.edges)),
  )
  const isLook = next() < load.looks
  const name = nameOf(load, number)
  return {
    edge,
    command: isLook ? undefined : commandOn(edge, next),
    options: isRepeatable(number) ? { commandId: name } : { correlationId: name },
  }
}

/** The number of the command that an event came of; none when it is of no command of the load. */
export const numberOf = (
  load: Load,
  event: { readonly commandId: string; readonly correlationId: string },
): number | undefined => {
  const number = Number(event.correlationId.split("-")[1])
  const name = nameOf(load, number)
  const isOwn = isRepeatable(number) ? event.commandId === name : event.correlationId === name
  return Number.isSafeInteger(number) && isOwn ? number : undefined
}
