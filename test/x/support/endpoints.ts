/** What endpoints are held against. */
import { Facts, type Reconciliation, RemoteError, UserId } from "@kith/core"
import type { Endpoint } from "@kith/http-adapter"
import { Result } from "effect"
import * as fc from "fast-check"
import { expect } from "vitest"

export const ids: fc.Arbitrary<UserId.UserId> = fc
  .bigInt({ min: 1n, max: 10n ** 19n - 1n })
  .map((it) => UserId.make(String(it)))

export const carried = (
  tag: Reconciliation.Observation["_tag"],
  preferences: { readonly retweets?: boolean; readonly notifications?: boolean } = {},
) => ({ _tag: "Carried", observation: { _tag: tag, ...preferences } })

export const refused = (facts: Partial<Facts.Facts>) => ({
  _tag: "Refused",
  facts: { ...Facts.open, ...facts },
})

/** An error in short. */
export const error = (outcome: "refused" | "unknown", reason: RemoteError.Reason) => ({
  outcome,
  reason,
})

/** What an endpoint makes of answers to one input; errors in short. */
export const answers =
  <Input, Output>(endpoint: Endpoint.Endpoint<Input, Output>, input: Input) =>
  (reply: Endpoint.Reply) =>
    Result.match(endpoint.decode(reply, input), {
      onSuccess: (output): unknown => output,
      onFailure: ({ outcome, reason }) => ({ outcome, reason }),
    })

const isClaim = (output: unknown): boolean =>
  typeof output === "object" && output !== null && "_tag" in output && output._tag === "Carried"

/**
 * Checks that an endpoint makes something of an answer: that a refusal is no success, and that what
 * it is unsure of it calls so.
 */
export const isTotal =
  <Input, Output>(endpoint: Endpoint.Endpoint<Input, Output>, input: Input) =>
  (reply: Endpoint.Reply): void => {
    const decoded = endpoint.decode(reply, input)
    if (Result.isFailure(decoded)) {
      const { outcome, reason, resetAt, retryable } = decoded.failure
      expect(RemoteError.Reason.literals).toContain(reason)
      if (!endpoint.writes) expect(outcome).toBe("refused")
      if (resetAt !== undefined) expect(retryable).toBe(true)
    } else if (reply.status >= 300 && isClaim(decoded.success)) {
      // The two refusals that are what was asked for: it waits already, it is not there already.
      expect(reply.body).toMatch(/160|already requested|not following/)
      expect([carried("Pending"), carried("None")]).toContainEqual(decoded.success)
    }
  }
