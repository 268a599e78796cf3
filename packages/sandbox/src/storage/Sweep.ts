/**
 * Finds the facts that say nothing any more: tokens that expired while nobody looked, and grants of
 * which nothing is left.
 *
 * @since 0.1.0
 */
import { all, type Fact, keyOf } from "./Fact.ts"

/**
 * The keys of facts that can be forgotten.
 *
 * @category operations
 * @since 0.1.0
 */
export const obsolete = (facts: ReadonlyArray<Fact>, now: number): ReadonlySet<string> => {
  // A grant of the world's file has tokens that are in no fact.
  const minted = all(facts, "Grant").filter(({ id }) => id.startsWith("g"))
  const revoked = new Set(minted.filter((grant) => grant.revoked).map(({ id }) => id))
  const expired = all(facts, "AccessToken").filter(
    ({ grant, expiresAt }) => expiresAt <= now || revoked.has(grant),
  )
  const refused = all(facts, "RefreshToken").filter(({ grant }) => revoked.has(grant))
  const gone = new Set([...expired, ...refused].map(keyOf))
  const inUse = new Set(
    [...all(facts, "AccessToken"), ...all(facts, "RefreshToken")]
      .filter((fact) => !gone.has(keyOf(fact)))
      .map(({ grant }) => grant),
  )
  const empty = minted.filter(({ id }) => !inUse.has(id))
  return new Set([...gone, ...empty.map(keyOf)])
}
