/**
 * OAuth 1.0a's handshakes on their way: from a request token, over a user's consent, to a verifier.
 *
 * @since 0.1.0
 */
import * as Expiring from "./Expiring.ts"
import * as Secrets from "./Secrets.ts"
import { equal } from "./Signature.ts"

/**
 * A request token. `callback` is a URL, or `oob` when the user is to type a PIN.
 *
 * @category models
 * @since 0.1.0
 */
export interface Handshake {
  readonly app: string
  readonly token: string
  readonly secret: string
  readonly callback: string
  /** Whether the app asked for less than it may do. */
  readonly readOnly: boolean
}

/** @category models @since 0.1.0 */
export interface Handshakes {
  readonly begin: (request: Pick<Handshake, "app" | "callback" | "readOnly">) => Handshake
  /** A handshake that is on its way; `undefined` when it ended or expired. */
  readonly find: (token: string) => Handshake | undefined
  /** The same, as long as the user has not answered. */
  readonly unanswered: (token: string) => Handshake | undefined
  /**
   * The user consents, once: the verifier, a PIN for `oob`. `undefined` when there is nothing to
   * consent to any more.
   */
  readonly allow: (token: string, userId: string) => string | undefined
  /** The user refuses, which ends a handshake that was not answered. */
  readonly deny: (token: string) => void
  /** Ends a handshake with its verifier: the user who consented. A wrong verifier ends nothing. */
  readonly finish: (token: string, verifier: string) => string | undefined
}

/** Seconds; X does not say how long its request tokens live. */
const lifetime = 900
const capacity = 10_000

interface Entry {
  readonly handshake: Handshake
  consent?: { readonly userId: string; readonly verifier: string }
}

/** @category constructors @since 0.1.0 */
export const make = (now: () => number): Handshakes => {
  const entries = Expiring.make<Entry>({ seconds: lifetime, capacity, now })
  const unanswered = (token: string): Entry | undefined => {
    const entry = entries.get(token)
    return entry?.consent === undefined ? entry : undefined
  }
  return {
    begin: (request) => {
      const handshake: Handshake = {
        ...request,
        token: Secrets.alphanumeric(27),
        secret: Secrets.alphanumeric(32),
      }
      entries.set(handshake.token, { handshake })
      return handshake
    },
    find: (token) => entries.get(token)?.handshake,
    unanswered: (token) => unanswered(token)?.handshake,
    allow: (token, userId) => {
      const entry = unanswered(token)
      if (entry === undefined) return undefined
      const verifier = entry.handshake.callback === "oob" ? Secrets.pin() : Secrets.alphanumeric(32)
      entry.consent = { userId, verifier }
      return verifier
    },
    deny: (token) => {
      if (unanswered(token) !== undefined) entries.remove(token)
    },
    finish: (token, verifier) => {
      const consent = entries.get(token)?.consent
      if (consent === undefined || !equal(consent.verifier, verifier)) return undefined
      entries.remove(token)
      return consent.userId
    },
  }
}
