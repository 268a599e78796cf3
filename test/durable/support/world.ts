/** Who the users of a load are, and what is known of them: every second target approves its followers. */
import { Directory, type Edge, Facts, UserId } from "@kith/core"
import { Effect, Layer } from "effect"

/** Short ids and such as only 64 bits without a sign can hold. */
export const user = (index: number): UserId.UserId =>
  UserId.make(
    index % 3 === 0 ? String(index + 1) : String(9_300_000_000_000_000_000n + BigInt(index)),
  )

export const factsOf = ({ target }: Edge.Edge): Facts.Facts =>
  /[13579]$/.test(target) ? Facts.guarded : Facts.open

export const layerDirectory = Layer.succeed(Directory.Directory)({
  facts: (edges) => Effect.succeed(edges.map(factsOf)),
})
