/** Reads JSON of which nothing is known yet, without believing any of it. */
import * as Result from "effect/Result"

/** The members of an object. @internal */
export type Members = Readonly<Record<string, unknown>>

/** @internal */
export const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** @internal */
export const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !isList(value)

/** @internal */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined

/** `null` and what is no boolean are unknown, which is not `false`. @internal */
export const flag = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined

/** @internal */
export const count = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined

const attempt = (text: string): Result.Result<unknown, undefined> =>
  Result.try({ try: (): unknown => JSON.parse(text), catch: () => undefined })

/** The value that a text stands for; `undefined` when it is not JSON. @internal */
export const parse = (text: string): unknown => Result.getOrUndefined(attempt(text))

/** Whether a text that is not JSON began as if it were: most likely it was cut off. @internal */
export const isBroken = (text: string): boolean => /^\s*[[{]/.test(text)
