/**
 * The consent pages that are open: what each of them asks the user for.
 *
 * A page carries a ticket, which is good for one answer. Without it no form is accepted, so that
 * nobody else's page can answer for the user.
 *
 * @since 0.1.0
 */
import * as Expiring from "./Expiring.ts"
import type { Authorization } from "./Grants.ts"
import * as Secrets from "./Secrets.ts"

/**
 * - `OAuth1`: a request token waits for the user.
 * - `OAuth2`: an app asks for scopes; `state` goes back to it as it came.
 *
 * @category models
 * @since 0.1.0
 */
export type Consent =
  | { readonly _tag: "OAuth1"; readonly requestToken: string }
  | {
      readonly _tag: "OAuth2"
      readonly authorization: Omit<Authorization, "userId">
      readonly state: string | undefined
    }

/** @category models @since 0.1.0 */
export interface Consents {
  /** Opens a page: its ticket. */
  readonly open: (consent: Consent) => string
  /** What the page of a ticket asks for; the ticket is used up. */
  readonly close: (ticket: string) => Consent | undefined
}

/** Seconds in which a page has to be answered. */
const lifetime = 900
const capacity = 10_000

/** @category constructors @since 0.1.0 */
export const make = (now: () => number): Consents => {
  const pages = Expiring.make<Consent>({ seconds: lifetime, capacity, now })
  return {
    open: (consent) => {
      const ticket = Secrets.urlSafe()
      pages.set(ticket, consent)
      return ticket
    },
    close: (ticket) => {
      const consent = pages.get(ticket)
      pages.remove(ticket)
      return consent
    },
  }
}
