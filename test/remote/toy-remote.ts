/**
 * A small remote: the port over a network with an API of its own, spoken to by `fetch`.
 *
 * What an adapter's author has to get right is all here: what can fail before anything is sent, what
 * each answer means, and what it means that there is none. It has no credentials and no quota.
 */
import {
  type Command,
  Facts,
  type Page,
  type Reconciliation,
  RelationshipRemote,
  RemoteError,
  UserId,
} from "@kith/core"
import { Clock, Effect, Layer, Schema } from "effect"

/** Milliseconds. Whatever the network does, a command has ended then. */
const timeout = 10_000

/** What the network shows of an edge. */
const Shown = Schema.Struct({
  id: UserId.UserId,
  state: Schema.Literals(["none", "asked", "follows"]),
  retweets: Schema.optional(Schema.Boolean),
  notifications: Schema.optional(Schema.Boolean),
})
const Listed = Schema.Struct({
  ids: Schema.Array(UserId.UserId),
  next: Schema.optional(Schema.String),
})
const Refusal = Schema.Struct({ error: Schema.String, after: Schema.optional(Schema.Int) })

const observationOf = (shown: typeof Shown.Type): Reconciliation.Observation => {
  const { notifications, retweets, state } = shown
  if (state === "none") return { _tag: "None" }
  return { _tag: state === "asked" ? "Pending" : "Following", retweets, notifications }
}

/** Refusals that the rules of following explain. */
const rules: ReadonlyMap<string, RelationshipRemote.Answer> = new Map([
  ["no such account", { _tag: "Refused", facts: Facts.missing }],
  ["account suspended", { _tag: "Refused", facts: Facts.suspended }],
  ["blocked", { _tag: "Refused", facts: { ...Facts.open, blockedByTarget: true } }],
  ["blocking", { _tag: "Refused", facts: { ...Facts.open, blocksTarget: true } }],
  ["not following", { _tag: "Refused", facts: Facts.open, observation: { _tag: "None" } }],
])

const notSupported = (what: string) =>
  new RemoteError.RemoteError({
    outcome: "refused",
    reason: "NotSupported",
    message: `the network has no call for ${what}`,
    retryable: false,
  })

/** No answer, or one that cannot be read. Of what may have had an effect, nobody knows. */
const lost = (writes: boolean) =>
  new RemoteError.RemoteError({
    outcome: writes ? "unknown" : "refused",
    reason: "Outage",
    message: "the network cannot be reached, or its answer cannot be read; try again later",
    retryable: true,
  })

interface Reply {
  readonly status: number
  readonly body: unknown
}

const make = (origin: string): RelationshipRemote.RelationshipRemote["Service"] => {
  /** `fetch` does not tell whether a request had left when it failed: a doubt counts as sent. */
  const ask = (as: string, method: string, path: string, body?: object) =>
    Effect.tryPromise({
      try: async (interrupted): Promise<Reply> => {
        const response = await fetch(origin + path, {
          method,
          headers: { "x-user": as },
          body: body === undefined ? null : JSON.stringify(body),
          redirect: "manual",
          signal: AbortSignal.any([interrupted, AbortSignal.timeout(timeout)]),
        })
        return { status: response.status, body: await response.json() }
      },
      catch: () => lost(method !== "GET"),
    })

  /** A refusal that is no rule's. Only a 4xx says for certain that nothing was done. */
  const failure = ({ body, status }: Reply, writes: boolean) =>
    Effect.gen(function* () {
      if (status < 400 || status >= 500) return yield* lost(writes)
      const { after, error } = yield* Schema.decodeUnknownEffect(Refusal)(body).pipe(
        Effect.mapError(() => lost(writes)),
      )
      if (status === 429) {
        const now = yield* Clock.currentTimeMillis
        return yield* new RemoteError.RemoteError({
          outcome: "refused",
          reason: "WindowExhausted",
          message: "the network was asked too often; wait",
          retryable: true,
          resetAt: now + (after ?? 60) * 1000,
        })
      }
      return yield* new RemoteError.RemoteError({
        outcome: "refused",
        reason: "Unclassified",
        message: "the network refused in words that are not known; see the evidence",
        retryable: false,
        evidence: { status, body: error.slice(0, 1024) },
      })
    })

  const send = (command: Command.Command, method: string, flags?: object) =>
    Effect.gen(function* (): Effect.fn.Return<RelationshipRemote.Answer, RemoteError.RemoteError> {
      const reply = yield* ask(command.source, method, `/follows/${command.target}`, flags)
      if (reply.status === 200) {
        const shown = yield* Effect.mapError(Schema.decodeUnknownEffect(Shown)(reply.body), () =>
          lost(true),
        )
        return { _tag: "Carried", observation: observationOf(shown) }
      }
      const isRule = reply.status < 500 && Schema.is(Refusal)(reply.body)
      return (isRule ? rules.get(reply.body.error) : undefined) ?? (yield* failure(reply, true))
    })

  const read = <A>(schema: Schema.ConstraintDecoder<A>, as: string, path: string) =>
    Effect.gen(function* () {
      const reply = yield* ask(as, "GET", path)
      if (reply.status !== 200) return yield* failure(reply, false)
      return yield* Effect.mapError(Schema.decodeUnknownEffect(schema)(reply.body), () =>
        lost(false),
      )
    })

  const lists: { readonly [name in Page.ListName]?: string } = {
    following: "following",
    followers: "followers",
    requestsSent: "asked",
  }

  return RelationshipRemote.RelationshipRemote.of({
    capabilities: {
      commands: ["Follow", "Unfollow", "UpdatePreferences"],
      preferences: true,
      observesPreferences: true,
      lists: ["following", "followers", "requestsSent"],
      observesAtOnce: 10,
    },

    prepare: (command) => {
      switch (command._tag) {
        case "Follow":
        case "UpdatePreferences": {
          const { notifications, retweets } = command
          const method = command._tag === "Follow" ? "PUT" : "PATCH"
          return Effect.succeed(send(command, method, { retweets, notifications }))
        }
        case "Unfollow":
          return Effect.succeed(send(command, "DELETE"))
        case "ApproveRequest":
        case "DenyRequest":
        case "RemoveFollower":
          return Effect.fail(notSupported(command._tag))
      }
    },

    observe: (source, targets) =>
      Effect.map(read(Schema.Array(Shown), source, `/follows?ids=${targets.join(",")}`), (all) => {
        const byId = new Map(all.map((shown) => [shown.id, observationOf(shown)]))
        return targets.map((target) => byId.get(target))
      }),

    list: (list, user, { as = user, cursor, limit } = {}) => {
      const path = lists[list]
      if (path === undefined) return Effect.fail(notSupported(`a list of ${list}`))
      const query = new URLSearchParams()
      if (cursor !== undefined) query.set("before", cursor)
      if (limit !== undefined) query.set("limit", String(limit))
      return Effect.map(read(Listed, as, `/${path}/${user}?${query}`), ({ ids, next }) => ({
        users: ids,
        missing: [],
        next,
      }))
    },
  })
}

/** The network at an origin. */
export const layer = (origin: string): Layer.Layer<RelationshipRemote.RelationshipRemote> =>
  Layer.sync(RelationshipRemote.RelationshipRemote, () => make(origin))
