/**
 * The user's answer to a consent page, and the parameters that open one.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Consent } from "../auth/Consents.ts"
import { form } from "../auth/SignedRequest.ts"
import type { Request } from "../http/Message.ts"
import * as Parameters from "../http/Parameters.ts"
import type { LiveWorld } from "../LiveWorld.ts"
import * as Page from "../pages/Consent.ts"
import type { User } from "../world/World.ts"
import * as Declarations from "./Declarations.ts"

/** Every parameter once; `undefined` when one comes twice or they cannot be read. */
const once = (
  parameters: Parameters.Parameters | undefined,
): Readonly<Record<string, string>> | undefined =>
  parameters === undefined || new Set(parameters.map(([name]) => name)).size < parameters.length
    ? undefined
    : Object.fromEntries(parameters)

/**
 * The query of a request, each parameter once; `undefined` when it is not like that.
 *
 * @category operations
 * @since 0.1.0
 */
export const query = (request: Request) => once(Parameters.parse(request.search))

/**
 * What a user answered, to the page that asked for it.
 *
 * - `allowed` with the user who says yes, or `undefined` when there is nobody of that name.
 *
 * @category models
 * @since 0.1.0
 */
export type Answer<C extends Consent> =
  | { readonly _tag: "Allowed"; readonly consent: C; readonly user: User }
  | { readonly _tag: "NobodyOfThatName"; readonly consent: C; readonly username: string }
  | { readonly _tag: "Denied"; readonly consent: C }

const decodeAnswer = Schema.decodeUnknownOption(Declarations.Answer)

/**
 * Reads the answer to a page, whose ticket is used up; `undefined` when it answers no page.
 *
 * @param isFor whether a page is of the kind that is answered here
 * @category operations
 * @since 0.1.0
 */
export const read = <C extends Consent>(
  world: LiveWorld,
  request: Request,
  isFor: (consent: Consent) => consent is C,
): Answer<C> | undefined => {
  const fields = Option.fromUndefinedOr(once(form(request)))
  const answer = Option.getOrUndefined(Option.flatMap(fields, decodeAnswer))
  const consent = answer && world.credentials.consents.close(answer.ticket)
  if (answer === undefined || consent === undefined || !isFor(consent)) return undefined
  if (answer.decision === "deny") return { _tag: "Denied", consent }
  const username = (answer.user ?? "").trim().replace(/^@/, "")
  const user = world.users.byUsername(username)
  return user === undefined
    ? { _tag: "NobodyOfThatName", consent, username }
    : { _tag: "Allowed", consent, user }
}

/** @category constants @since 0.1.0 */
export const outdated = Page.problem(
  400,
  "This page was answered before, or is too old. Start again from the app.",
)

/**
 * What a page says when it comes back because of the account.
 *
 * @category constructors
 * @since 0.1.0
 */
export const nobody = (username: string): string =>
  username === "" ? "Say which account is yours." : `There is no account named ${username}.`
