/**
 * Finds out who sent a request.
 *
 * A request is authenticated by a bearer token (`Authorization: Bearer`) or by a signature of OAuth
 * 1.0a. Signatures are verified for real: over the URL that the client believes it calls, with a
 * timestamp near the clock and a nonce that was not seen before.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import type { LiveWorld } from "../LiveWorld.ts"
import type { Request } from "../http/Message.ts"
import type { App } from "../world/World.ts"
import type { AuthenticationFailure, Caller } from "./Caller.ts"
import { timestampTolerance } from "./Credentials.ts"
import type { Handshake } from "./Handshakes.ts"
import * as Signature from "./Signature.ts"
import * as SignedRequest from "./SignedRequest.ts"

/**
 * A request that an app signed, in a handshake.
 *
 * @category models
 * @since 0.1.0
 */
export interface SignedByApp {
  readonly app: App
  readonly parameter: SignedRequest.SignedRequest["get"]
}

/**
 * A request that a user signed, through an app.
 *
 * @category models
 * @since 0.1.0
 */
export interface SignedByUser {
  readonly caller: Extract<Caller, { readonly _tag: "OAuth1" }>
  readonly token: string
}

const xOrigins = ["https://api.x.com", "https://api.twitter.com"]

/** The origins that a request may mean by its host: TLS may have ended before the sandbox. */
const hostOrigins = (request: Request): ReadonlyArray<string> => {
  const host = request.headers["host"]?.toLowerCase()
  return host === undefined
    ? []
    : [`http://${host.replace(/:80$/, "")}`, `https://${host.replace(/:443$/, "")}`]
}

// A client names the same origin again and again; trying it first saves a signature a request.
const lastOrigins = new WeakMap<App, string>()

/** Finds the origin that a signature fits, among those that it may name, trying the likeliest first. */
const findOrigin = (
  world: LiveWorld,
  request: Request,
  app: App,
  fits: (origin: string) => boolean,
): string | undefined => {
  const last = lastOrigins.get(app)
  // It counts only where it is allowed: the host's own name may have been another one then.
  const isAllowed =
    last !== undefined &&
    (xOrigins.includes(last) ||
      world.publicUrls.includes(last) ||
      hostOrigins(request).includes(last))
  if (isAllowed && fits(last)) return last
  const all = [...hostOrigins(request), ...xOrigins, ...world.publicUrls]
  return all.find((origin) => (origin !== last || !isAllowed) && fits(origin))
}

const isTimely = (timestamp: string, { clock }: LiveWorld): boolean => {
  if (!/^[0-9]{1,12}$/.test(timestamp)) return false
  const time = Number(timestamp) * 1000
  const near = (now: number) => Math.abs(time - now) <= timestampTolerance * 1000
  // Clients know nothing of the sandbox's clock: real time stays good after it was moved.
  return near(clock.realNow()) || near(clock.now())
}

/**
 * The parameters that a client may have signed. twitter-lite ends a URL without parameters with a
 * question mark, and signs what follows as one parameter, whose name and value are empty: `=`, which
 * sorts before all others.
 */
const readings = (
  request: Request,
  { signed }: SignedRequest.SignedRequest,
): ReadonlyArray<string> =>
  request.method === "GET" && request.search === "" ? [signed, `%3D%26${signed}`] : [signed]

/** Everything about a signature but whose it is. The nonce is used up by a good one alone. */
const verify = (
  world: LiveWorld,
  request: Request,
  signed: SignedRequest.SignedRequest,
  app: App,
  tokenSecrets: ReadonlyArray<string>,
): AuthenticationFailure | undefined => {
  if (!isTimely(signed.timestamp, world)) return "BadTimestamp"
  const keys = tokenSecrets.map((secret) => Signature.key(app.consumerSecret, secret))
  const parameterStrings = readings(request, signed)
  const origin = findOrigin(world, request, app, (origin) =>
    parameterStrings.some((parameters) => {
      const base = Signature.baseString(request.method, origin + request.path, parameters)
      return keys.some((key) => Signature.equal(Signature.sign(base, key), signed.signature))
    }),
  )
  if (origin === undefined) return "BadSignature"
  if (origin !== lastOrigins.get(app)) lastOrigins.set(app, origin)
  const nonce = `${app.consumerKey} ${signed.token} ${signed.timestamp} ${signed.nonce}`
  return world.credentials.nonces.use(nonce) ? undefined : "BadSignature"
}

interface Authorization {
  readonly scheme: string
  readonly credentials: string
}

const authorization = (request: Request): Authorization | undefined => {
  const header = request.headers["authorization"]
  if (header === undefined) return undefined
  const space = header.indexOf(" ")
  return space < 0
    ? { scheme: header.toLowerCase(), credentials: "" }
    : {
        scheme: header.slice(0, space).toLowerCase(),
        credentials: header.slice(space + 1).trimStart(),
      }
}

const signedRequest = (
  request: Request,
  header: Authorization | undefined,
): Result.Result<SignedRequest.SignedRequest, AuthenticationFailure> => {
  if (header !== undefined && header.scheme !== "oauth") return Result.fail("Missing")
  const signed = SignedRequest.read(request, header?.credentials)
  if (signed === "Missing") return Result.fail("Missing")
  return signed === "Unreadable" ? Result.fail("BadSignature") : Result.succeed(signed)
}

const signedByUser = (
  world: LiveWorld,
  request: Request,
  header: Authorization | undefined,
): Result.Result<SignedByUser, AuthenticationFailure> => {
  const read = signedRequest(request, header)
  if (Result.isFailure(read)) return Result.fail(read.failure)
  const signed = read.success
  const app = world.credentials.appByConsumerKey(signed.consumerKey)
  if (app === undefined) return Result.fail("BadSignature")
  if (signed.token === "") return Result.fail("Missing")
  const signer = world.credentials.signer(signed.token)
  if (signer === undefined || signer.app.name !== app.name) return Result.fail("BadToken")
  const failure = verify(world, request, signed, app, [signer.secret])
  if (failure !== undefined) return Result.fail(failure)
  const caller: SignedByUser["caller"] = { _tag: "OAuth1", app: signer.app, user: signer.user }
  return Result.succeed({ caller, token: signed.token })
}

/**
 * The user who signed a request, with the token that it was signed with.
 *
 * @category operations
 * @since 0.1.0
 */
export const authenticateSigner = (
  world: LiveWorld,
  request: Request,
): Result.Result<SignedByUser, AuthenticationFailure> =>
  signedByUser(world, request, authorization(request))

/**
 * The caller of a request, or why there is none.
 *
 * A suspended user is still a caller: look at `caller.user.suspended`.
 *
 * @category operations
 * @since 0.1.0
 */
export const authenticate = (
  world: LiveWorld,
  request: Request,
): Result.Result<Caller, AuthenticationFailure> => {
  const header = authorization(request)
  if (header?.scheme !== "bearer") {
    return Result.map(signedByUser(world, request, header), ({ caller }) => caller)
  }
  if (header.credentials === "") return Result.fail("Missing")
  const caller = world.credentials.bearer(header.credentials)
  return caller === undefined ? Result.fail("BadToken") : Result.succeed(caller)
}

/**
 * The app that begins a handshake. It has no token yet; one that it has is respected.
 *
 * @category operations
 * @since 0.1.0
 */
export const authenticateApp = (
  world: LiveWorld,
  request: Request,
): Result.Result<SignedByApp, AuthenticationFailure> => {
  const read = signedRequest(request, authorization(request))
  if (Result.isFailure(read)) return Result.fail(read.failure)
  const signed = read.success
  const app = world.credentials.appByConsumerKey(signed.consumerKey)
  if (app === undefined) return Result.fail("BadSignature")
  const signer = signed.token === "" ? undefined : world.credentials.signer(signed.token)
  if (signed.token !== "" && signer?.app.name !== app.name) return Result.fail("BadToken")
  const failure = verify(world, request, signed, app, [signer?.secret ?? ""])
  return failure === undefined
    ? Result.succeed({ app, parameter: signed.get })
    : Result.fail(failure)
}

/**
 * The handshake that an app wants to end. Some clients sign this request with the secret of the
 * request token, some without.
 *
 * @category operations
 * @since 0.1.0
 */
export const authenticateHandshake = (
  world: LiveWorld,
  request: Request,
): Result.Result<SignedByApp & { readonly handshake: Handshake }, AuthenticationFailure> => {
  const read = signedRequest(request, authorization(request))
  if (Result.isFailure(read)) return Result.fail(read.failure)
  const signed = read.success
  const app = world.credentials.appByConsumerKey(signed.consumerKey)
  if (app === undefined) return Result.fail("BadSignature")
  const handshake = world.credentials.handshakes.find(signed.token)
  if (handshake === undefined || handshake.app !== app.name) return Result.fail("BadToken")
  const failure = verify(world, request, signed, app, [handshake.secret, ""])
  return failure === undefined
    ? Result.succeed({ app, parameter: signed.get, handshake })
    : Result.fail(failure)
}
