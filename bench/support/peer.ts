/** Somebody else's way to carry the follow command out, from the folder `peers`. */
import type { Pair } from "./durable.ts"

export interface Peer {
  readonly execute: (source: string, target: string) => Promise<unknown>
}

/** @param options what the peer is made with: where to keep things, mostly */
export const open = async (
  name: string,
  ...options: ReadonlyArray<string | boolean>
): Promise<Peer> => {
  const module: {
    readonly make: (...options: ReadonlyArray<string | boolean>) => Promise<Peer>
  } = await import(`../peers/${name}.mjs`)
  return module.make(...options)
}

/** One after the other. */
export const follow = async (peer: Peer, pairs: ReadonlyArray<Pair>): Promise<void> => {
  for (const pair of pairs) await peer.execute(...pair)
}
