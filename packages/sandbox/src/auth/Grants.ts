/**
 * OAuth 2.0's grants: what a user allowed an app, and the codes and tokens that stand for it.
 *
 * A grant is revoked as a whole when a code or refresh token of it is used twice, because then one
 * of the two users stole it.
 *
 * @since 0.1.0
 */
import { all, type Fact, key, type Keeper } from "../storage/Fact.ts"
import * as Expiring from "./Expiring.ts"
import * as Secrets from "./Secrets.ts"

/**
 * A user's answer to an app, before any token is given out: a code stands for it.
 *
 * @category models
 * @since 0.1.0
 */
export interface Authorization {
  readonly app: string
  readonly userId: string
  readonly scopes: ReadonlySet<string>
  readonly redirectUri: string
  readonly challenge: string
  readonly method: "S256" | "plain"
}

/** @category models @since 0.1.0 */
export interface Grant {
  readonly app: string
  readonly userId: string
  readonly scopes: ReadonlySet<string>
}

/**
 * Tokens just given out. There is a refresh token when the scope `offline.access` was granted.
 *
 * @category models
 * @since 0.1.0
 */
export interface Issued {
  readonly accessToken: string
  readonly refreshToken: string | undefined
  readonly scopes: ReadonlySet<string>
}

/** Tokens as a world file names them. @category models @since 0.1.0 */
export interface Standing {
  readonly grant: Grant
  readonly accessToken: string
  readonly refreshToken: string | undefined
}

/** @category models @since 0.1.0 */
export interface Grants {
  readonly issueCode: (authorization: Authorization) => string
  /** What a code was issued for, also when it was used or has expired. */
  readonly authorizationOf: (code: string) => Authorization | undefined
  /**
   * Exchanges a code, once and in time. A second use revokes all that it gave; so first make sure
   * that the code belongs to whoever brings it.
   */
  readonly exchange: (code: string) => Issued | undefined
  /** Exchanges a refresh token of an app, once; a second use revokes the grant. */
  readonly refresh: (refreshToken: string, app: string) => Issued | undefined
  /** The grant that an access token stands for, unless it expired or was revoked. */
  readonly find: (accessToken: string) => Grant | undefined
  /** The app that a token was given to, whether it is an access or a refresh token. */
  readonly appOf: (token: string) => string | undefined
  /** Revokes an access token, or a refresh token with all of its grant. */
  readonly revoke: (token: string) => void
  /** Takes tokens of a world file, which never expire. */
  readonly adopt: (standing: Standing) => void
  /** Takes what was given out, used and revoked before. Codes that were on their way are gone. */
  readonly restore: (facts: ReadonlyArray<Fact>) => void
  /** The tokens that are good now, in the order in which they were given out. */
  readonly standing: () => ReadonlyArray<Standing>
}

/** Seconds that an access token of X lives. @category models @since 0.1.0 */
export const accessLifetime = 7_200
/** Seconds that a code of X lives. @category models @since 0.1.0 */
export const codeLifetime = 30
const capacity = 100_000

interface LiveGrant extends Grant {
  readonly id: string
  revoked: boolean
  refreshToken: string | undefined
  accessToken: string
}

interface Code {
  readonly authorization: Authorization
  readonly expiresAt: number
  gave?: LiveGrant
}

interface Refresh {
  readonly grant: LiveGrant
  used: boolean
}

/**
 * @param keeper is told of what changes
 * @category constructors
 * @since 0.1.0
 */
export const make = (now: () => number, keeper?: Keeper): Grants => {
  const adopted = new Map<string, LiveGrant>()
  const adoptedRefreshes = new Map<string, Refresh>()
  const minted = Expiring.make<LiveGrant>({
    seconds: accessLifetime,
    capacity,
    now,
    dropped: keeper && ((token) => keeper.forget(key.accessToken(token))),
  })
  // Used codes and refresh tokens are kept, to notice when they come again.
  const codes = Expiring.make<Code>({ seconds: accessLifetime, capacity, now })
  const refreshes = Expiring.make<Refresh>({
    seconds: Infinity,
    capacity,
    now,
    dropped: keeper && ((token) => keeper.forget(key.refreshToken(token))),
  })
  let lastGrant = 0

  const grantOf = (accessToken: string): LiveGrant | undefined => {
    const grant = adopted.get(accessToken) ?? minted.get(accessToken)
    return grant?.revoked === false ? grant : undefined
  }
  const refreshOf = (token: string): Refresh | undefined => {
    const refresh = adoptedRefreshes.get(token) ?? refreshes.get(token)
    return refresh?.grant.revoked === false ? refresh : undefined
  }
  const keep = (grant: LiveGrant): void => {
    keeper?.keep({ _tag: "Grant", ...grant, scopes: [...grant.scopes] })
  }
  const revoke = (grant: LiveGrant): void => {
    grant.revoked = true
    keep(grant)
  }
  const issue = (grant: LiveGrant): Issued => {
    const accessToken = Secrets.urlSafe()
    grant.accessToken = accessToken
    minted.set(accessToken, grant)
    const expiresAt = now() + accessLifetime * 1000
    keeper?.keep({ _tag: "AccessToken", token: accessToken, grant: grant.id, expiresAt })
    // A world file may give a refresh token whatever the scopes.
    const refreshable = grant.refreshToken !== undefined || grant.scopes.has("offline.access")
    grant.refreshToken = refreshable ? Secrets.urlSafe() : undefined
    if (grant.refreshToken !== undefined) {
      refreshes.set(grant.refreshToken, { grant, used: false })
      const token = grant.refreshToken
      keeper?.keep({ _tag: "RefreshToken", token, grant: grant.id, used: false })
    }
    keep(grant)
    return {
      accessToken: grant.accessToken,
      refreshToken: grant.refreshToken,
      scopes: grant.scopes,
    }
  }

  return {
    issueCode: (authorization) => {
      const code = Secrets.urlSafe()
      codes.set(code, { authorization, expiresAt: now() + codeLifetime * 1000 })
      return code
    },
    authorizationOf: (code) => codes.get(code)?.authorization,
    exchange: (token) => {
      const code = codes.get(token)
      if (code === undefined) return undefined
      if (code.gave !== undefined) {
        revoke(code.gave)
        return undefined
      }
      if (code.expiresAt <= now()) return undefined
      const { app, userId, scopes } = code.authorization
      code.gave = {
        id: `g${++lastGrant}`,
        app,
        userId,
        scopes,
        revoked: false,
        refreshToken: undefined,
        accessToken: "",
      }
      return issue(code.gave)
    },
    refresh: (token, app) => {
      const refresh = refreshOf(token)
      if (refresh?.grant.app !== app) return undefined
      if (refresh.used) {
        revoke(refresh.grant)
        return undefined
      }
      refresh.used = true
      keeper?.keep({ _tag: "RefreshToken", token, grant: refresh.grant.id, used: true })
      return issue(refresh.grant)
    },
    find: grantOf,
    appOf: (token) => grantOf(token)?.app ?? refreshOf(token)?.grant.app,
    revoke: (token) => {
      const refresh = refreshOf(token)
      if (refresh !== undefined) revoke(refresh.grant)
      if (adopted.delete(token)) keeper?.keep({ _tag: "AccessTokenRevoked", token })
      else if (minted.get(token) !== undefined) keeper?.forget(key.accessToken(token))
      minted.remove(token)
    },
    adopt: ({ grant, accessToken, refreshToken }) => {
      const id = `w${adopted.size + 1}`
      const live = { ...grant, id, accessToken, refreshToken, revoked: false }
      adopted.set(accessToken, live)
      if (refreshToken !== undefined)
        adoptedRefreshes.set(refreshToken, { grant: live, used: false })
    },
    restore: (facts) => {
      const grants = new Map(Array.from(adopted.values(), (grant) => [grant.id, grant]))
      for (const { id, app, userId, scopes, ...rest } of all(facts, "Grant")) {
        const state = {
          revoked: rest.revoked,
          accessToken: rest.accessToken,
          refreshToken: rest.refreshToken,
        }
        const known = grants.get(id)
        if (known !== undefined) Object.assign(known, state)
        else {
          grants.set(id, { id, app, userId, scopes: new Set(scopes), ...state })
          lastGrant = Math.max(lastGrant, Number(id.slice(1)))
        }
      }
      for (const { token } of all(facts, "AccessTokenRevoked")) adopted.delete(token)
      for (const { token, grant, expiresAt } of all(facts, "AccessToken")) {
        const of = grants.get(grant)
        if (of !== undefined) minted.restore(token, of, expiresAt)
      }
      for (const { token, grant, used } of all(facts, "RefreshToken")) {
        const of = grants.get(grant)
        const given = adoptedRefreshes.get(token)
        if (given !== undefined) given.used = used
        else if (of !== undefined) refreshes.restore(token, { grant: of, used }, Infinity)
      }
    },
    standing: () =>
      [...adopted, ...minted.entries()].flatMap(([accessToken, grant]) => {
        if (grant.revoked) return []
        // A refresh token belongs to the grant; it is named once, with the newest access token.
        const newest = grant.accessToken === accessToken
        return [{ grant, accessToken, refreshToken: newest ? grant.refreshToken : undefined }]
      }),
  }
}
