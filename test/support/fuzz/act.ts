/** What can be asked of the sandbox: what a request is made of, before it goes out. */
import type { Pairs } from "../signing.ts"
import type { Intent } from "./model.ts"
import type { Surface } from "./shapes.ts"
import type { Person } from "./world.ts"

/**
 * Who asks about whom, and how. `actorId` and `targetId` are what the request says, which may be
 * nobody's id. What `place` and `named` choose makes no difference to what a request means.
 */
export interface Cast {
  readonly actor: Person
  readonly actorId: string
  readonly targetId: string
  readonly targetName: string
  readonly retweets: boolean | undefined
  readonly notifications: boolean | undefined
  /** v1.1: where parameters go, whether a user is named rather than numbered, how a flag is said. */
  readonly place: "query" | "form"
  readonly named: boolean
  readonly spelling: number
}

/** A request before it is signed. `raw` is put behind the query as it is. */
export interface Draft {
  readonly method: string
  readonly path: string
  readonly query: Pairs
  readonly raw?: string
  readonly form?: Pairs | undefined
  readonly body?: string | Buffer | undefined
  readonly contentType?: string | undefined
  readonly headers?: ReadonlyArray<string>
  readonly host?: string | undefined
}

/**
 * - `auth`: who may ask: users in any way, or by OAuth 1.0a alone, apps on their own too, or whoever.
 * - `list`: it takes tokens of pages.
 */
export interface Act {
  readonly surface: Surface
  readonly auth: "user" | "user1" | "any" | "any1" | "whoever"
  readonly draft: (cast: Cast) => Draft
  readonly intent?: (cast: Cast) => Intent
  readonly list?: true
}

export const at = encodeURIComponent

/** What is wanted of the two whom a request names. */
export const pair =
  (what: Exclude<Intent["do"], "follow" | "tune" | "protect">) =>
  ({ actorId, targetId }: Cast): Intent => ({ do: what, source: actorId, target: targetId })

export const empty = { query: [] }

export const json = (value: object): Pick<Draft, "body" | "contentType"> => ({
  body: JSON.stringify(value),
  contentType: "application/json",
})
