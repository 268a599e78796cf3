/**
 * Where an edge is in the lists, as one number: the position since when it is there, times four, plus
 * its preferences; below zero for a request. So an index over it has the follows of a user in order
 * above zero and the requests, in the opposite order, below, and all that a page shows.
 */
import { Decider, type Page, Relationship, type RelationshipEvent } from "@kith/core"

const unit = 4

/** The greatest position whose place is an exact number in JavaScript. */
export const greatestPosition = Math.floor(Number.MAX_SAFE_INTEGER / unit) - 1

type Listed = Page.Entry["relationship"]

/** The place of a relationship in the lists; null when it is in none. */
const toPlace = (relationship: Relationship.Relationship, since: number): number | null => {
  if (relationship._tag === "None") return null
  const place =
    since * unit + (relationship.retweets ? 1 : 0) + (relationship.notifications ? 2 : 0)
  return relationship._tag === "Following" ? place : -place
}

export const sinceOf = (place: number): number => Math.floor(Math.abs(place) / unit)

export const listedAt = (place: number): Listed => {
  const preferences = Math.abs(place) % unit
  const [retweets, notifications] = [preferences % 2 === 1, preferences >= 2]
  return place > 0
    ? Relationship.following(retweets, notifications)
    : Relationship.pending(retweets, notifications)
}

export const relationshipAt = (place: number | null): Relationship.Relationship =>
  place === null ? Relationship.none : listedAt(place)

/**
 * Where an edge is in the lists after an event. It has been there since the event that put it into
 * another list than before.
 */
export const step = (
  place: number | null,
  event: RelationshipEvent.RelationshipEvent,
  position: number,
): number | null => {
  const before = relationshipAt(place)
  const after = Decider.evolve(before, event)
  const stays = place !== null && after._tag === before._tag
  return toPlace(after, stays ? sinceOf(place) : position)
}
