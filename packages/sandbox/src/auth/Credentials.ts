/**
 * The apps of a running world and every token that was given out.
 *
 * Tokens are looked up in hash maps rather than compared: the hash is seeded for each process, so
 * the time that a look-up takes tells nothing about how much of a guess is right. Everything that
 * requests can add to is bounded.
 *
 * @since 0.1.0
 */
import { all, type Fact, type Keeper } from "../storage/Fact.ts"
import type { SandboxClock } from "../world/SandboxClock.ts"
import type { Users } from "../world/Users.ts"
import type { App, User, World } from "../world/World.ts"
import type { Caller } from "./Caller.ts"
import * as Consents from "./Consents.ts"
import * as Grants from "./Grants.ts"
import * as Handshakes from "./Handshakes.ts"
import * as Nonces from "./Nonces.ts"
import * as Secrets from "./Secrets.ts"
import * as UserTokens from "./UserTokens.ts"

/**
 * Who may sign with an OAuth 1.0a access token. The app has the permissions of the token, which may
 * be less than its own.
 *
 * @category models
 * @since 0.1.0
 */
export interface Signer {
  readonly app: App
  readonly user: User
  readonly secret: string
}

type Token = World["tokens"][number]

/** @category models @since 0.1.0 */
export interface Credentials {
  /** The apps, each with the bearer token that is good now. */
  readonly apps: ReadonlyArray<App>
  readonly app: (name: string) => App | undefined
  readonly appByConsumerKey: (key: string) => App | undefined
  readonly appByClientId: (id: string) => App | undefined
  /** The caller that a bearer token stands for; `undefined` when it is unknown, expired or revoked. */
  readonly bearer: (token: string) => Caller | undefined
  /** Revokes an app's bearer token and puts a new one in its place. */
  readonly renewBearer: (appName: string) => void
  /** Whose an OAuth 1.0a token is; `undefined` when it is unknown or was revoked. */
  readonly signer: (token: string) => Signer | undefined
  readonly userTokens: UserTokens.UserTokens
  readonly nonces: Nonces.Nonces
  readonly handshakes: Handshakes.Handshakes
  readonly grants: Grants.Grants
  readonly consents: Consents.Consents
  /**
   * The tokens that are good now, as a world file has them: those of the world first. A refresh
   * token without a living access token has no form there, and is left out.
   */
  readonly tokens: () => ReadonlyArray<Token>
  /** Takes what was given out, used, renewed and revoked before. */
  readonly restore: (facts: ReadonlyArray<Fact>) => void
}

/**
 * Seconds by which a signed request's timestamp may differ from the clock. X does not document its
 * own tolerance.
 *
 * @category models
 * @since 0.1.0
 */
export const timestampTolerance = 300

const rememberedNonces = 100_000

const oauth2Part = ({ grant, accessToken, refreshToken }: Grants.Standing) => ({
  oauth2: {
    accessToken,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    scopes: [...grant.scopes],
  },
})

const oauth1Part = ({ token, secret, readOnly }: UserTokens.UserToken) => ({
  oauth1: { token, secret, ...(readOnly ? { readOnly } : {}) },
})

/**
 * The apps and tokens of a world's file.
 *
 * @param users those of the file, under the names that they have there
 * @param keeper is told of what changes
 * @category constructors
 * @since 0.1.0
 */
export const make = (
  world: World,
  users: Users,
  clock: SandboxClock,
  keeper?: Keeper,
): Credentials => {
  const apps = new Map(world.apps.map((app) => [app.name, app]))
  const byConsumerKey = new Map(world.apps.map((app) => [app.consumerKey, app.name]))
  const byClientId = new Map(world.apps.map((app) => [app.clientId, app.name]))
  const byBearer = new Map(world.apps.map((app) => [app.bearerToken, app.name]))
  const named = (name: string | undefined) => (name === undefined ? undefined : apps.get(name))

  const grants = Grants.make(clock.now, keeper)
  const userTokens = UserTokens.make(clock.now, keeper)
  for (const { app, user, oauth1, oauth2 } of world.tokens) {
    const userId = users.byUsername(user)?.id
    if (userId === undefined) continue
    if (oauth1 !== undefined) userTokens.adopt({ app, userId, readOnly: false, ...oauth1 })
    if (oauth2 !== undefined) {
      const { accessToken, refreshToken, scopes } = oauth2
      grants.adopt({
        grant: { app, userId, scopes: new Set(scopes) },
        accessToken,
        refreshToken,
      })
    }
  }

  const setBearer = (name: string, bearerToken: string): void => {
    const app = apps.get(name)
    if (app === undefined) return
    byBearer.delete(app.bearerToken)
    byBearer.set(bearerToken, name)
    apps.set(name, { ...app, bearerToken })
  }

  const entry = (
    signer: UserTokens.UserToken | undefined,
    bearer: Grants.Standing | undefined,
  ): ReadonlyArray<Token> => {
    const owner = signer ?? bearer?.grant
    const user = owner && users.byId(owner.userId)
    if (owner === undefined || user === undefined) return []
    return [
      {
        user: user.username,
        app: owner.app,
        ...(signer && oauth1Part(signer)),
        ...(bearer && oauth2Part(bearer)),
      },
    ]
  }

  const exported = (): ReadonlyArray<Token> => {
    const signers = new Map(userTokens.standing().map((it) => [it.token, it]))
    const bearers = new Map(grants.standing().map((it) => [it.accessToken, it]))
    const ofWorld = world.tokens.flatMap(({ oauth1, oauth2 }) => {
      const signer = oauth1 && signers.get(oauth1.token)
      const bearer = oauth2 && bearers.get(oauth2.accessToken)
      if (signer !== undefined) signers.delete(signer.token)
      if (bearer !== undefined) bearers.delete(bearer.accessToken)
      return entry(signer, bearer)
    })
    return [
      ...ofWorld,
      ...[...signers.values()].flatMap((signer) => entry(signer, undefined)),
      ...[...bearers.values()].flatMap((bearer) => entry(undefined, bearer)),
    ]
  }

  return {
    get apps() {
      return [...apps.values()]
    },
    app: named,
    appByConsumerKey: (key) => named(byConsumerKey.get(key)),
    appByClientId: (id) => named(byClientId.get(id)),
    bearer: (token) => {
      const grant = grants.find(token)
      if (grant === undefined) {
        const app = named(byBearer.get(token))
        return app && { _tag: "AppOnly", app }
      }
      const [app, user] = [named(grant.app), users.byId(grant.userId)]
      return app && user && { _tag: "OAuth2", app, user, scopes: grant.scopes }
    },
    renewBearer: (name) => {
      const bearerToken = Secrets.bearerToken()
      setBearer(name, bearerToken)
      keeper?.keep({ _tag: "App", name, bearerToken })
    },
    signer: (token) => {
      const found = userTokens.find(token)
      const app = named(found?.app)
      const user = found && users.byId(found.userId)
      if (found === undefined || app === undefined || user === undefined) return undefined
      const permitted: App = found.readOnly ? { ...app, permissions: "read" } : app
      return { app: permitted, user, secret: found.secret }
    },
    userTokens,
    nonces: Nonces.make({
      seconds: 2 * timestampTolerance,
      capacity: rememberedNonces,
      now: clock.realNow,
    }),
    handshakes: Handshakes.make(clock.now),
    grants,
    consents: Consents.make(clock.now),
    tokens: exported,
    restore: (facts) => {
      for (const { name, bearerToken } of all(facts, "App")) setBearer(name, bearerToken)
      userTokens.restore(facts)
      grants.restore(facts)
    },
  }
}
