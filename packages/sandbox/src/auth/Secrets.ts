/**
 * Makes the secrets that the sandbox gives out, in the forms that X gives them.
 *
 * @since 0.1.0
 */
import { randomBytes, randomInt } from "node:crypto"

/**
 * Letters and digits, each with just under six bits of chance.
 *
 * @category constructors
 * @since 0.1.0
 */
export const alphanumeric = (length: number): string => {
  let text = ""
  while (text.length < length) {
    text += randomBytes(length).toString("base64").replace(/[+/=]/g, "")
  }
  return text.slice(0, length)
}

/**
 * An access token of OAuth 1.0a. Clients read the user id off its beginning.
 *
 * @category constructors
 * @since 0.1.0
 */
export const userToken = (userId: string): string => `${userId}-${alphanumeric(40)}`

/**
 * A code, access or refresh token of OAuth 2.0: URL-safe Base64.
 *
 * @category constructors
 * @since 0.1.0
 */
export const urlSafe = (): string => randomBytes(48).toString("base64url")

/**
 * An app's bearer token. X's are percent-encoded Base64, and stay so in use: the escapes are part of
 * the token.
 *
 * @category constructors
 * @since 0.1.0
 */
export const bearerToken = (): string =>
  "A".repeat(22) + encodeURIComponent(randomBytes(62).toString("base64"))

/**
 * What a person types to bring an app together with an account: seven digits.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pin = (): string => String(randomInt(1_000_000, 10_000_000))
