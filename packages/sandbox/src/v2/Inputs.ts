/**
 * What v2 requests may say: schemas of path parameters, query parameters and bodies.
 *
 * Messages of the checks are the ends of X's sentences: "The `id` query parameter value [abc] …".
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { expansions, postFields, userFields } from "./Fields.ts"

/**
 * An id as X writes it in paths and bodies. Whether such a user exists is another matter.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Id = Schema.String.check(
  Schema.isPattern(/^[0-9]{1,19}$/u, { message: "is not valid" }),
)

const usernameForm = /^[A-Za-z0-9_]{1,15}$/

/** @category schemas @since 0.1.0 */
export const Username = Schema.String.check(
  Schema.isPattern(usernameForm, { message: "does not match ^[A-Za-z0-9_]{1,15}$" }),
)

const mostItems = 100

/** A comma-separated list; the path of a mistake is the place of the item in the list. */
const list = (
  item: (text: string) => string | undefined,
  atMost: number = Infinity,
): typeof Schema.String =>
  Schema.String.check(
    Schema.makeFilter((text: string) => {
      const items = text.split(",")
      if (items.length > atMost)
        return `has ${items.length} items, and at most ${atMost} are allowed`
      const seen = new Set<string>()
      for (const [index, one] of items.entries()) {
        // Usernames are the same in any case; nothing else has more than one.
        const same = one.toLowerCase()
        const mistake = seen.has(same) ? "is there twice" : item(one)
        if (mistake !== undefined) return { path: [index], issue: mistake }
        seen.add(same)
      }
      return undefined
    }),
  )

const oneOf = (names: ReadonlyArray<string>): typeof Schema.String => {
  const known = new Set(names)
  return list((name) => (known.has(name) ? undefined : `is not one of [${names.join(",")}]`))
}

const matching = (form: RegExp, says: string): typeof Schema.String =>
  list((text) => (form.test(text) ? undefined : says), mostItems)

/** @category schemas @since 0.1.0 */
export const Ids = matching(/^[0-9]{1,19}$/, "is not valid")

/** @category schemas @since 0.1.0 */
export const Usernames = matching(usernameForm, "does not match ^[A-Za-z0-9_]{1,15}$")

/**
 * The parameters of every endpoint that answers with users.
 *
 * @category schemas
 * @since 0.1.0
 */
export const fields = {
  "user.fields": Schema.optionalKey(oneOf(userFields)),
  "post.fields": Schema.optionalKey(oneOf(postFields)),
  "tweet.fields": Schema.optionalKey(oneOf(postFields)),
  expansions: Schema.optionalKey(oneOf(expansions)),
}

/**
 * The parameters of lists. Whether a token is one of the list is found out when it is read.
 *
 * @category schemas
 * @since 0.1.0
 */
export const paging = {
  max_results: Schema.optionalKey(
    Schema.String.check(
      Schema.isPattern(/^0*(?:[1-9][0-9]{0,2}|1000)$/u, { message: "is not between 1 and 1000" }),
    ),
  ),
  pagination_token: Schema.optionalKey(Schema.String),
}

/** @category schemas @since 0.1.0 */
export const Nothing = Schema.Struct({})

/** @category schemas @since 0.1.0 */
export const FieldsQuery = Schema.Struct(fields)

/** @category schemas @since 0.1.0 */
export const ListQuery = Schema.Struct({ ...paging, ...fields })

/** @category schemas @since 0.1.0 */
export const IdsQuery = Schema.Struct({ ids: Ids, ...fields })

/** @category schemas @since 0.1.0 */
export const UsernamesQuery = Schema.Struct({ usernames: Usernames, ...fields })

/** @category schemas @since 0.1.0 */
export const ById = Schema.Struct({ id: Id })

/** @category schemas @since 0.1.0 */
export const ByUsername = Schema.Struct({ username: Username })

/** @category schemas @since 0.1.0 */
export const ByPair = Schema.Struct({ source_user_id: Id, target_user_id: Id })

/**
 * The body of a follow and of a mute.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Target = Schema.Struct({
  target_user_id: Schema.String.check(
    Schema.isPattern(/^[0-9]{1,19}$/u, {
      message: "does not match the regex pattern ^[0-9]{1,19}$",
    }),
  ),
})
