/**
 * Reads pages of users of whom nothing but the ids is wanted.
 *
 * Most of such a page is names, and most of the time that it takes goes into an object and three texts for
 * each row. To find where a row ends takes half of that. So rows are put down to their ids before the page
 * is parsed, as far as they are written the way X writes them; whatever else there is stays as it is.
 */
import type { UserId } from "@kith/core"
import * as Ids from "./ids.ts"
import * as Json from "./json.ts"

const unescaped = String.raw`[ !#-[\]-\uffff]*`
const escape = String.raw`\\(?:["\\/bfnrt]|u[\da-fA-F]{4})`
// X's names have 50 characters at most. Without bounds a page made for it would fill the stack.
const text = `"${unescaped}(?:${escape}${unescaped}){0,100}"`
const name = `"(?:user)?name":${text}`

/**
 * An object of an id and names, in any order and without spaces between. None begins within a text, where
 * its quotes would be escaped: each is a value of its own, and another value may stand in its place.
 */
const row = new RegExp(String.raw`\{(?:${name},){0,2}"id":"(\d+)"(?:,${name}){0,2}\}`, "g")

/**
 * What a body says, with mere ids for rows; `undefined` when it is not JSON.
 *
 * @internal
 */
export const parse = (body: string): unknown => Json.parse(body.replace(row, '"$1"'))

const isObject = (value: unknown): value is { readonly id?: unknown } =>
  typeof value === "object" && value !== null

/**
 * The ids of rows; nothing when any of them has none, since one row less would be a user who vanishes
 * without a word.
 *
 * @internal
 */
export const ids = (rows: ReadonlyArray<unknown>): ReadonlyArray<UserId.UserId> | undefined => {
  const found: Array<UserId.UserId> = []
  for (const it of rows) {
    const id = isObject(it) ? it.id : it
    if (!Ids.isId(id)) return undefined
    found.push(id)
  }
  return found
}
