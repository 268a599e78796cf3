/** The form of the corpus: answers of X as they came, each with the one reason that it stands for. */
import type { Endpoint, Refusal } from "@kith/http-adapter"

/** When every answer of the corpus arrived. */
export const at = 1_767_225_600_000

export interface Recorded {
  readonly title: string
  readonly endpoint: Endpoint.Name
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
  readonly reason: Refusal.Reason
  /** `refused` unless told. */
  readonly outcome?: "refused" | "unknown"
  /** Milliseconds after `at`; unknown unless told. */
  readonly resetIn?: number
}

export const reply = ({
  body,
  headers = {},
  status,
}: Pick<Recorded, "status" | "body" | "headers">): Endpoint.Reply => ({
  status,
  body,
  header: (name) => headers[name],
  at,
})

const writing: ReadonlySet<Endpoint.Name> = new Set<Endpoint.Name>([
  "followUser",
  "unfollowUser",
  "friendships/create",
  "friendships/destroy",
  "friendships/update",
])

export const asked = (endpoint: Endpoint.Name) => ({ endpoint, writes: writing.has(endpoint) })

/** Epoch seconds, as X's headers have them. */
export const inSeconds = (seconds: number): string => String(at / 1000 + seconds)

export const problems = "https://api.twitter.com/2/problems/"
