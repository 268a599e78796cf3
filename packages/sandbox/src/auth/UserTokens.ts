/**
 * The access tokens of OAuth 1.0a: each stands for a user and an app, and does not expire.
 *
 * @since 0.1.0
 */
import { type Fact, key, type Keeper } from "../storage/Fact.ts"
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
  /** Takes what was minted and revoked before. */
  readonly restore: (facts: ReadonlyArray<Fact>) => void
  /** The tokens that are good now, in the order in which they were given out. */
  readonly standing: () => ReadonlyArray<UserToken>
}

/** Beyond this many, the token minted first is forgotten. */
const capacity = 100_000

/**
 * @param keeper is told of what changes
 * @category constructors
 * @since 0.1.0
 */
export const make = (now: () => number, keeper?: Keeper): UserTokens => {
  const adopted = new Map<string, UserToken>()
  const minted = Expiring.make<UserToken>({
    seconds: Infinity,
    capacity,
    now,
    dropped: keeper && ((token) => keeper.forget(key.userToken(token))),
  })
  return {
    find: (token) => adopted.get(token) ?? minted.get(token),
    mint: (granted) => {
      const token = Secrets.userToken(granted.userId)
      const made = { ...granted, token, secret: Secrets.alphanumeric(45) }
      minted.set(token, made)
      keeper?.keep({ _tag: "UserToken", ...made })
      return made
    },
    revoke: (token) => {
      if (adopted.delete(token)) keeper?.keep({ _tag: "UserTokenRevoked", token })
      else if (minted.get(token) !== undefined) keeper?.forget(key.userToken(token))
      minted.remove(token)
    },
    restore: (facts) => {
      for (const fact of facts) {
        if (fact._tag === "UserTokenRevoked") adopted.delete(fact.token)
        else if (fact._tag === "UserToken") {
          const { app, userId, token, secret, readOnly } = fact
          minted.restore(token, { app, userId, token, secret, readOnly }, Infinity)
        }
      }
    },
    adopt: (token) => {
      adopted.set(token.token, token)
    },
    standing: () => [...adopted.values(), ...minted.entries().map(([, token]) => token)],
  }
}
