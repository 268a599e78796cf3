/** What a flaw is. */
import type { Act, Cast, Draft } from "./act.ts"

/**
 * - `sound`: it is still a good request, and means the same.
 * - `refused`: it must be refused.
 * - `either`: nobody says; but there is an answer, and the answer is true.
 */
export type Verdict = "sound" | "refused" | "either"

/**
 * - `fits`: the requests that can have it; all, unless told.
 * - `bare`: the server may not get to read what the request is about.
 * - `elsewhere`: the path is no longer the one that was meant.
 */
export interface Flaw {
  readonly fits?: (act: Act, draft: Draft) => boolean
  readonly cast?: (cast: Cast) => Partial<Cast>
  readonly draft?: (draft: Draft) => Partial<Draft>
  readonly verdict: (act: Act, draft: Draft, cast: Cast) => Verdict
  readonly bare?: true
  readonly elsewhere?: true
}

export const always = (verdict: Verdict) => (): Verdict => verdict
