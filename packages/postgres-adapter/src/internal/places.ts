/**
 * An edge's place in the lists, which is also its state: `since * 4 + preferences`, negative for
 * requests, 0 for none.
 */
import { Relationship } from "@kith/core"

/** @internal */
export const ofPlace = (place: number): Relationship.Relationship => {
  if (place === 0) return Relationship.none
  // Places are beyond what 32-bit operators take.
  const preferences = Math.abs(place) % 4
  const retweets = preferences % 2 === 1
  const notifications = preferences >= 2
  return place > 0
    ? Relationship.following(retweets, notifications)
    : Relationship.pending(retweets, notifications)
}
