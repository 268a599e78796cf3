/**
 * All of OAuth: what the sandbox declares and serves beside the API itself.
 *
 * @since 0.1.0
 */
import type { Route } from "../http/Router.ts"
import * as AppOnly from "./AppOnly.ts"
import * as OAuth1 from "./OAuth1.ts"
import * as OAuth1Consent from "./OAuth1Consent.ts"
import * as OAuth2 from "./OAuth2.ts"
import * as OAuth2Consent from "./OAuth2Consent.ts"

/** @category constants @since 0.1.0 */
export const groups = [
  OAuth1.group,
  OAuth1Consent.group,
  AppOnly.group,
  OAuth2.group,
  OAuth2Consent.group,
] as const

/** @category constants @since 0.1.0 */
export const routes: ReadonlyArray<Route> = [
  ...OAuth1.routes,
  ...OAuth1Consent.routes,
  ...AppOnly.routes,
  ...OAuth2.routes,
  ...OAuth2Consent.routes,
]
