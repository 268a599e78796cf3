/**
 * OAuth 1.0a's second step: the user answers the app.
 *
 * `/oauth/authenticate` asks each time, too: there is no session here that could remember who the
 * user is.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import type { Consent } from "../auth/Consents.ts"
import type { Handshake } from "../auth/Handshakes.ts"
import type { Reply, Request } from "../http/Message.ts"
import { type Route, route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import * as Page from "../pages/Consent.ts"
import * as Answer from "./Answer.ts"
import * as Declarations from "./Declarations.ts"
import * as Location from "./Location.ts"

const invalid = Page.problem(
  400,
  "The request token for this page is invalid: it was used before, or has expired. Start again from the app.",
)

const asks = (world: LiveWorld, handshake: Handshake): ReadonlyArray<string> => {
  const permissions = world.credentials.app(handshake.app)?.permissions
  return [
    "See your profile and everybody whom you can see.",
    "See whom you follow, mute and block, and who follows you.",
    ...(handshake.readOnly || permissions !== "read-write"
      ? []
      : ["Follow, unfollow, mute and block for you."]),
  ]
}

const ask = (
  world: LiveWorld,
  action: string,
  handshake: Handshake,
  options: { readonly selected: string | undefined; readonly problem?: string },
): Reply =>
  Page.ask({
    ...options,
    action,
    ticket: world.credentials.consents.open({ _tag: "OAuth1", requestToken: handshake.token }),
    appName: handshake.app,
    asks: asks(world, handshake),
    users: Page.choices(world.users),
  })

const open = (world: LiveWorld, request: Request): Reply => {
  const query = Answer.query(request)
  const handshake = world.credentials.handshakes.unanswered(query?.["oauth_token"] ?? "")
  return handshake === undefined
    ? invalid
    : ask(world, request.path, handshake, { selected: query?.["screen_name"] })
}

const isOAuth1 = (consent: Consent): consent is Extract<Consent, { readonly _tag: "OAuth1" }> =>
  consent._tag === "OAuth1"

const answer = (world: LiveWorld, request: Request): Reply => {
  const given = Answer.read(world, request, isOAuth1)
  if (given === undefined) return Answer.outdated
  const { handshakes } = world.credentials
  const handshake = handshakes.unanswered(given.consent.requestToken)
  if (handshake === undefined) return invalid
  const { callback, token } = handshake
  if (given._tag === "NobodyOfThatName") {
    return ask(world, request.path, handshake, {
      selected: given.username,
      problem: Answer.nobody(given.username),
    })
  }
  if (given._tag === "Denied") {
    handshakes.deny(token)
    return callback === "oob"
      ? Page.denied
      : Location.redirect(Location.withQuery(callback, { denied: token }))
  }
  const verifier = handshakes.allow(token, given.user.id)
  if (verifier === undefined) return invalid
  return callback === "oob"
    ? Page.pin(verifier)
    : Location.redirect(
        Location.withQuery(callback, { oauth_token: token, oauth_verifier: verifier }),
      )
}

const { answering, errorPage, page, text } = Declarations

const opening = {
  query: { oauth_token: text, force_login: text, screen_name: text },
  success: page,
  error: errorPage,
}

const endpoints = {
  authorize: HttpApiEndpoint.get("oauth/authorize", "/oauth/authorize", opening).annotate(
    OpenApi.Description,
    "Step 2: asks the user, and leads back to the callback or shows a PIN.",
  ),
  authorizeAnswer: HttpApiEndpoint.post("oauth/authorize answer", "/oauth/authorize", answering),
  authenticate: HttpApiEndpoint.get("oauth/authenticate", "/oauth/authenticate", opening),
  authenticateAnswer: HttpApiEndpoint.post(
    "oauth/authenticate answer",
    "/oauth/authenticate",
    answering,
  ),
}

/** @category constants @since 0.1.0 */
export const group = HttpApiGroup.make("OAuth 1.0a consent")
  .add(endpoints.authorize)
  .add(endpoints.authorizeAnswer)
  .add(endpoints.authenticate)
  .add(endpoints.authenticateAnswer)

/** @category constants @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  route(endpoints.authorize, open),
  route(endpoints.authorizeAnswer, answer),
  route(endpoints.authenticate, open),
  route(endpoints.authenticateAnswer, answer),
]
