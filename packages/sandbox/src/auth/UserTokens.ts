/**
 * The access tokens of OAuth 1.0a: each stands for a user and an app, and does not expire.
 *
 * @since 0.1.0
 */
import * as Expiring from "./Expiring.ts"
import * as Secrets from "./Secrets.ts"

/**
 * - `readOnly`: the app asked for less than it may do.
 *
 * @category models
 * @since 0.1.0
 */
export interface UserToken {
  readonly app: string
  readonly userId: string
  readonly token: string
  readonly secret: string
  readonly readOnly: boolean
}

/** @category models @since 0.1.0 */
export interface UserTokens {
  /** `undefined` when the token is unknown or was revoked. */
  readonly find: (token: string) => UserToken | undefined
  readonly mint: (granted: Pick<UserToken, "app" | "userId" | "readOnly">) => UserToken
  readonly revoke: (token: string) => void
  /** Takes a token of a world file. */
  readonly adopt: (token: UserToken) => void
  /** The tokens that are good now, in the order in which they were given out. */
  readonly standing: () => ReadonlyArray<UserToken>
}

/** Beyond this many, the token minted first is forgotten. */
const capacity = 100_000

/** @category constructors @since 0.1.0 */
export const make = (now: () => number): UserTokens => {
  const adopted = new Map<string, UserToken>()
  const minted = Expiring.make<UserToken>({ seconds: Infinity, capacity, now })
  return {
    find: (token) => adopted.get(token) ?? minted.get(token),
    mint: (granted) => {
      const token = Secrets.userToken(granted.userId)
      const made = { ...granted, token, secret: Secrets.alphanumeric(45) }
      minted.set(token, made)
      return made
    },
    revoke: (token) => {
      adopted.delete(token)
      minted.remove(token)
    },
    adopt: (token) => {
      adopted.set(token.token, token)
    },
    standing: () => [...adopted.values(), ...minted.entries().map(([, token]) => token)],
  }
}
