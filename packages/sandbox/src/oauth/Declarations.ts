/**
 * The shapes of the OAuth endpoints' requests and answers, for the declarations and the OpenAPI
 * document made from them.
 *
 * Parameters are declared in the query, where every one of these endpoints takes them; that they may
 * also come in a form, as JSON or in the `Authorization` header, is why none is required there.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"

/** X labels its form-encoded replies like this, and clients expect it. @category constants @since 0.1.0 */
export const formReply = "text/html;charset=utf-8"

/** @category schemas @since 0.1.0 */
export const formEncoded = (example: string) =>
  Schema.String.annotate({ description: "form-encoded", examples: [example] }).pipe(
    HttpApiSchema.asText({ contentType: formReply }),
  )

/** @category schemas @since 0.1.0 */
export const page = Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/html" }))

/** The page that says what is wrong. @category schemas @since 0.1.0 */
export const errorPage = page.pipe(HttpApiSchema.status(400))

/**
 * What a consent page sends: its ticket, who the user is, and the answer.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Answer = Schema.Struct({
  ticket: Schema.String,
  user: Schema.optionalKey(Schema.String),
  decision: Schema.Literals(["allow", "deny"]),
})

/** @category schemas @since 0.1.0 */
export const redirect = HttpApiSchema.Empty(302)

/**
 * How a consent page is answered, and what comes of it.
 *
 * @category schemas
 * @since 0.1.0
 */
export const answering = {
  payload: Answer.pipe(HttpApiSchema.asFormUrlEncoded()),
  success: [page, redirect],
  error: errorPage,
} as const

const oauth2Error = Schema.Struct({
  error: Schema.String,
  error_description: Schema.String,
}).annotate({ identifier: "OAuth2Error" })

/** @category schemas @since 0.1.0 */
export const oauth2Errors = [
  oauth2Error.pipe(HttpApiSchema.status(400)),
  oauth2Error.pipe(HttpApiSchema.status(401)),
] as const

/** A parameter that may be left out, or sent elsewhere. @category schemas @since 0.1.0 */
export const text = Schema.optionalKey(Schema.String)
