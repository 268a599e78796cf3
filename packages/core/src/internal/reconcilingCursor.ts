/**
 * How far a reconciliation of all of a user's relationships has come, as a cursor that its caller may
 * keep: first in the lists of the remote, then in those that are known here.
 */
import type { Progress } from "../Reconciler.ts"
import type { RelationshipRemote } from "../RelationshipRemote.ts"

/** The lists through which a user's own relationships are found. */
const own: ReadonlyArray<"following" | "requestsSent"> = ["following", "requestsSent"]

/** @internal */
export type Own = (typeof own)[number]

/** `inner` is the cursor within the list. @internal */
export interface Place {
  readonly phase: Progress["phase"]
  readonly list: Own
  readonly inner?: string | undefined
}

/** @internal */
export const first: Place = { phase: "listed", list: "following" }

/** @internal */
export const toCursor = ({ phase, list, inner }: Place): string =>
  `${phase}/${list}${inner === undefined ? "" : `/${inner}`}`

/** `undefined` for what no reconciliation has given out. @internal */
export const fromCursor = (cursor: string): Place | undefined => {
  const match = /^(listed|known)\/(following|requestsSent)(?:\/(.+))?$/su.exec(cursor)
  if (match === null) return undefined
  const [, phase, list, inner] = match
  return {
    phase: phase === "listed" ? "listed" : "known",
    list: list === "following" ? "following" : "requestsSent",
    inner,
  }
}

/**
 * The place after a page; `undefined` at the end of everything.
 *
 * @param inner where the page's list goes on, if it does
 * @internal
 */
export const after = (
  place: Place,
  inner: string | undefined,
  listed: RelationshipRemote["Service"]["capabilities"]["lists"],
): Place | undefined => {
  if (inner !== undefined) return { ...place, inner }
  const rest = own.slice(own.indexOf(place.list) + 1)
  const [list] = place.phase === "listed" ? rest.filter((it) => listed.includes(it)) : rest
  if (list !== undefined) return { phase: place.phase, list }
  return place.phase === "listed" ? { phase: "known", list: "following" } : undefined
}
