/**
 * The journal's entries of windows: one for each whom windows are counted for.
 *
 * | key | windows |
 * | --- | --- |
 * | `quota/app/kind/user` | of a user through an app |
 * | `quota/app/kind` | of an app |
 * | `quota/*` + `/kind/user` | of a user through any app |
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { Entry } from "../Journal.ts"
import * as Quota from "../Quota.ts"
import { StoreError } from "../StoreError.ts"
import { Known } from "./quotaWindows.ts"

const anyApp = "*"

/** A star in a name is no star; half of a surrogate pair, which has no encoding, is replaced. */
const part = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replaceAll("*", "%2A")

/** What keys of an app begin with, or of all. @internal */
export const prefixOf = (app?: string): string =>
  app === undefined ? "quota/" : `quota/${part(app)}/`

/** @internal */
export interface Owner {
  readonly app: string | undefined
  readonly kind: string
  readonly user: string | undefined
}

const keyOf = ({ app, kind, user }: Quota.Request, per: Quota.Limit["per"]): string => {
  const ofKind = `quota/${per === "user" ? anyApp : part(app)}/${part(kind)}`
  return per === "app" ? ofKind : `${ofKind}/${part(user ?? "")}`
}

/** A window that requests count in: its limit, its key in a ledger, and the entry that it is in. @internal */
export interface Place {
  readonly limit: Quota.Limit
  readonly window: string
  readonly entry: number
}

/** Where the windows of requests are, each of them once. @internal */
export interface Places {
  readonly keys: ReadonlyArray<string>
  readonly places: ReadonlyArray<Place>
}

const findPlaces = (requests: ReadonlyArray<Quota.Request>): Places => {
  const keys: Array<string> = []
  const places: Array<Place> = []
  for (const request of requests) {
    for (const limit of request.limits) {
      const window = Quota.windowKey(request, limit)
      if (window === undefined || places.some((place) => place.window === window)) continue
      const key = keyOf(request, limit.per)
      const known = keys.indexOf(key)
      places.push({ limit, window, entry: known < 0 ? keys.push(key) - 1 : known })
    }
  }
  return { keys, places }
}

/** Of requests that are asked for again and again: a request does not change. */
const found = new WeakMap<Quota.Request, Places>()

/** @internal */
export const placesOf = (requests: ReadonlyArray<Quota.Request>): Places => {
  const [only] = requests
  if (only === undefined || requests.length > 1) return findPlaces(requests)
  const known = found.get(only)
  if (known !== undefined) return known
  const places = findPlaces(requests)
  found.set(only, places)
  return places
}

const corrupt = (key: string): StoreError =>
  new StoreError({
    reason: "Corrupt",
    message: `the journal's entry ${key} holds no quota windows, or those of newer code`,
  })

const decodeWindows = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(Known)))

/** The windows in an entry; none where there is no entry. @internal */
export const windowsOf = (
  entry: Entry | undefined,
): Result.Result<ReadonlyArray<Known>, StoreError> =>
  entry === undefined
    ? Result.succeed([])
    : Result.mapError(decodeWindows(entry.value), () => corrupt(entry.key))

/** Windows are plain JSON: encoding them by the schema would change nothing. @internal */
export const textOf = (windows: ReadonlyArray<Known>): string => JSON.stringify(windows)

/** Whose windows an entry has. @internal */
export const ownerOf = ({ key }: Entry): Result.Result<Owner, StoreError> =>
  Result.flatMap(
    Result.try({
      try: () => key.split("/").map(decodeURIComponent),
      catch: () => corrupt(key),
    }),
    ([, app, kind, user]) =>
      app === undefined || kind === undefined
        ? Result.fail(corrupt(key))
        : Result.succeed({
            app: key.startsWith(`quota/${anyApp}/`) ? undefined : app,
            kind,
            user,
          }),
  )
