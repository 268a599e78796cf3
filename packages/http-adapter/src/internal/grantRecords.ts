/** Grants as they lie in the journal. */
import { type Journal, StoreError, type UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { encode } from "../auth/Percent.ts"

/**
 * - `expiresAt`: of the access token, in milliseconds since 1970.
 * - `refreshing`: which instance is using the refresh token up, or was when it ended.
 * - `unanswered`: a refresh may have been carried out without its answer having arrived.
 * - `retryAt`: when a refresh that failed may be tried again, as long as there is no hurry.
 * - `revoked`: X refused the refresh token.
 *
 * @internal
 */
export const Grant = Schema.Struct({
  accessToken: Schema.NonEmptyString,
  refreshToken: Schema.optionalKey(Schema.NonEmptyString),
  expiresAt: Schema.Int,
  scopes: Schema.Array(Schema.String),
  refreshing: Schema.optionalKey(Schema.String),
  unanswered: Schema.optionalKey(Schema.Boolean),
  retryAt: Schema.optionalKey(Schema.Int),
  revoked: Schema.optionalKey(Schema.Boolean),
})

/** @internal */
export type Grant = typeof Grant.Type

/**
 * The part of a grant that X gave.
 *
 * @internal
 */
export const issued = ({ accessToken, expiresAt, refreshToken, scopes }: Grant): Grant => ({
  accessToken,
  expiresAt,
  scopes,
  ...(refreshToken === undefined ? {} : { refreshToken }),
})

/** @internal */
export interface Entry {
  readonly grant: Grant
  readonly version: number
}

/** @internal */
export type Swapped =
  | { readonly _tag: "Written"; readonly version: number }
  | { readonly _tag: "Conflict"; readonly current: Entry | undefined }

/** @internal */
export interface Records {
  readonly read: (user: UserId.UserId) => Effect.Effect<Entry | undefined, StoreError.StoreError>
  /** Writes a grant, or deletes it, on the condition that the entry is of this version; 0 for none. */
  readonly swap: (
    user: UserId.UserId,
    grant: Grant | undefined,
    version: number,
  ) => Effect.Effect<Swapped, StoreError.StoreError>
}

const Text = Schema.fromJsonString(Grant)
const decode = Schema.decodeUnknownResult(Text)
const encodeText = Schema.encodeSync(Text)

/** @internal */
export const make = (journal: Journal.Journal["Service"], app: string): Records => {
  const keyOf = (user: UserId.UserId): string => `grant/${encode(app)}/${user}`

  const parse = (
    entry: Journal.Entry | undefined,
  ): Effect.Effect<Entry | undefined, StoreError.StoreError> => {
    if (entry === undefined) return Effect.succeed(undefined)
    const grant = decode(entry.value)
    return Result.isSuccess(grant)
      ? Effect.succeed({ grant: grant.success, version: entry.version })
      : Effect.fail(
          // Without a cause: it would quote the tokens.
          new StoreError.StoreError({
            reason: "Corrupt",
            message: `the journal's entry ${entry.key} is no grant; delete it, and let the user sign in again`,
          }),
        )
  }

  return {
    read: (user) => Effect.flatMap(journal.read([keyOf(user)]), ([entry]) => parse(entry)),
    swap: (user, grant, version) =>
      Effect.flatMap(
        journal.write([
          {
            key: keyOf(user),
            value: grant === undefined ? undefined : encodeText(grant),
            expectedVersion: version,
          },
        ]),
        (outcome): Effect.Effect<Swapped, StoreError.StoreError> =>
          outcome._tag === "Written"
            ? Effect.succeed({ _tag: "Written", version: outcome.versions[0] ?? 0 })
            : Effect.map(parse(outcome.current[0]), (current) => ({ _tag: "Conflict", current })),
      ),
  }
}
