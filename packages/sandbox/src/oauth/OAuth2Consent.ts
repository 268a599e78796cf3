/**
 * OAuth 2.0's authorization page: the user answers the app, which gets a code (PKCE is required).
 *
 * A request that is wrong gets a page that says so, and never a redirect: X does the same, and what
 * is wrong may be where to redirect to.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaParser from "effect/SchemaParser"
import type { Consent } from "../auth/Consents.ts"
import type { Reply, Request } from "../http/Message.ts"
import { type Route, route } from "../http/Router.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import * as Page from "../pages/Consent.ts"
import * as Answer from "./Answer.ts"
import * as Declarations from "./Declarations.ts"
import * as Location from "./Location.ts"

const scopeToken = "[\\x21\\x23-\\x5B\\x5D-\\x7E]+"

const AuthorizationRequest = Schema.Struct({
  response_type: Schema.Literal("code"),
  client_id: Schema.NonEmptyString,
  redirect_uri: Schema.NonEmptyString,
  // Scopes that the sandbox does not know are granted, and open nothing.
  scope: Schema.String.check(
    Schema.isPattern(new RegExp(`^ *${scopeToken}(?: +${scopeToken})* *$`)),
  ),
  state: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(500))),
  code_challenge: Schema.NonEmptyString.check(Schema.isMaxLength(512)),
  code_challenge_method: Schema.optionalKey(Schema.Literals(["S256", "s256", "plain"])),
})

const decode = SchemaParser.decodeUnknownResult(AuthorizationRequest)
const issuesOf = SchemaIssue.makeFormatterStandardSchemaV1()

/** What scopes mean, in words; one that is not here is shown by its name. */
const meanings: Readonly<Record<string, string>> = {
  "tweet.read": "See all the posts that you can see.",
  "users.read": "See your profile and everybody whom you can see.",
  "follows.read": "See whom you follow and who follows you.",
  "follows.write": "Follow and unfollow for you.",
  "mute.read": "See whom you mute.",
  "mute.write": "Mute and unmute for you.",
  "block.read": "See whom you block.",
  "block.write": "Block and unblock for you.",
  "dm.read": "Read your direct messages.",
  "dm.write": "Send, and block, direct messages for you.",
  "offline.access": "Stay connected to your account until you end it.",
}

type OAuth2 = Extract<Consent, { readonly _tag: "OAuth2" }>

const ask = (
  world: LiveWorld,
  action: string,
  consent: OAuth2,
  again?: { readonly selected: string; readonly problem: string },
): Reply =>
  Page.ask({
    ...again,
    action,
    ticket: world.credentials.consents.open(consent),
    appName: consent.authorization.app,
    asks: [...consent.authorization.scopes].map((scope) =>
      Object.hasOwn(meanings, scope) ? (meanings[scope] ?? scope) : scope,
    ),
    users: Page.choices(world.users),
  })

const open = (world: LiveWorld, request: Request): Reply => {
  const query = Answer.query(request)
  if (query === undefined) {
    return Page.problem(400, "A parameter of the request comes twice or cannot be read.")
  }
  const decoded = decode(query)
  if (Result.isFailure(decoded)) {
    const name = issuesOf(decoded.failure).issues[0]?.path?.[0]
    return Page.problem(
      400,
      `The parameter ${typeof name === "string" ? name : ""} is missing or wrong.`,
    )
  }
  const asked = decoded.success
  const app = world.credentials.appByClientId(asked.client_id)
  if (app === undefined) return Page.problem(400, "The parameter client_id names no app.")
  if (!app.callbackUrls.includes(asked.redirect_uri)) {
    return Page.problem(400, "The parameter redirect_uri is not a registered callback of the app.")
  }
  return ask(world, request.path, {
    _tag: "OAuth2",
    authorization: {
      app: app.name,
      scopes: new Set(asked.scope.split(" ").filter((scope) => scope !== "")),
      redirectUri: asked.redirect_uri,
      challenge: asked.code_challenge,
      method: asked.code_challenge_method?.toUpperCase() === "S256" ? "S256" : "plain",
    },
    state: asked.state,
  })
}

const isOAuth2 = (consent: Consent): consent is OAuth2 => consent._tag === "OAuth2"

const answer = (world: LiveWorld, request: Request): Reply => {
  const given = Answer.read(world, request, isOAuth2)
  if (given === undefined) return Answer.outdated
  const { authorization, state } = given.consent
  const back = (parameters: Readonly<Record<string, string>>) =>
    Location.redirect(Location.withQuery(authorization.redirectUri, { ...parameters, state }))
  if (given._tag === "NobodyOfThatName") {
    return ask(world, request.path, given.consent, {
      selected: given.username,
      problem: Answer.nobody(given.username),
    })
  }
  if (given._tag === "Denied") return back({ error: "access_denied" })
  const { grants } = world.credentials
  return back({ code: grants.issueCode({ ...authorization, userId: given.user.id }) })
}

const { answering, errorPage, page } = Declarations

const opening = { query: AuthorizationRequest.fields, success: page, error: errorPage }

const endpoints = {
  authorize: HttpApiEndpoint.get("i/oauth2/authorize", "/i/oauth2/authorize", opening).annotate(
    OpenApi.Description,
    "Asks the user, and leads back to the callback with a code that is good for 30 seconds.",
  ),
  authorizeAnswer: HttpApiEndpoint.post(
    "i/oauth2/authorize answer",
    "/i/oauth2/authorize",
    answering,
  ),
  specified: HttpApiEndpoint.get("2/oauth2/authorize", "/2/oauth2/authorize", opening).annotate(
    OpenApi.Description,
    "The same, where X's OpenAPI document has it.",
  ),
  specifiedAnswer: HttpApiEndpoint.post(
    "2/oauth2/authorize answer",
    "/2/oauth2/authorize",
    answering,
  ),
}

/** @category constants @since 0.1.0 */
export const group = HttpApiGroup.make("OAuth 2.0 consent")
  .add(endpoints.authorize)
  .add(endpoints.authorizeAnswer)
  .add(endpoints.specified)
  .add(endpoints.specifiedAnswer)

/** @category constants @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  route(endpoints.authorize, open),
  route(endpoints.authorizeAnswer, answer),
  route(endpoints.specified, open),
  route(endpoints.specifiedAnswer, answer),
]
