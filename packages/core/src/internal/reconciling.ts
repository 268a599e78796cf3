/**
 * Finding what changed on the remote behind our back: on one edge by a look, on all of a user by the
 * remote's lists, and then by looks at what is known here and was not in them.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { Edge } from "../Edge.ts"
import * as Options from "../Options.ts"
import { decodeCursor, encodeCursor } from "../Page.ts"
import { InvalidCursor, type Progress, type Reconciled } from "../Reconciler.ts"
import { type Observation, reconcile } from "../Reconciliation.ts"
import type { RelationshipRemote, RemotePage } from "../RelationshipRemote.ts"
import type { RelationshipStore, Snapshot } from "../RelationshipStore.ts"
import { RemoteError } from "../RemoteError.ts"
import { walk, WalkStopped } from "../RemoteWalk.ts"
import type { RecordedEvent } from "../RecordedEvent.ts"
import type { StoreError } from "../StoreError.ts"
import type { UserId } from "../UserId.ts"
import * as Waiting from "../Waiting.ts"
import * as intents from "./intents.ts"
import type { Looking } from "./looking.ts"
import { patience as longest } from "./options.ts"
import * as cursors from "./reconcilingCursor.ts"
import type { Recorder } from "./recorder.ts"
import { countObserved } from "./remoteMetrics.ts"
import type { Seen } from "./seen.ts"

const pollEvery = 100
const maxAttempts = 8

/** Of what is known here, whatever a single look may have. */
const longestPage = 1000

const seenIn: Readonly<Record<cursors.Own, Observation>> = {
  following: { _tag: "Following" },
  requestsSent: { _tag: "Pending" },
}

const busy = new RemoteError({
  outcome: "refused",
  reason: "Outage",
  message: "the edge changed at every attempt to look at it; try again",
  retryable: true,
})

const stopped = (user: UserId, place: cursors.Place, because: RemoteError): WalkStopped =>
  new WalkStopped({ list: place.list, user, cursor: cursors.toCursor(place), because })

const nothingListed: RemotePage = { users: [], missing: [] }

/** @internal */
export const make = (options: {
  readonly remote: RelationshipRemote["Service"]
  readonly store: RelationshipStore["Service"]
  readonly journal: intents.Intents
  readonly recorder: Recorder
  readonly looking: Looking
  readonly seen: Seen
  readonly now: () => number
}) => {
  const { journal, looking, now, recorder, remote, seen, store } = options

  const reconcileOne = ({
    source,
    target,
  }: Edge): Effect.Effect<Reconciled, RemoteError | StoreError> =>
    Effect.gen(function* () {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const [looked] = yield* looking.look(source, [target])
        if (looked !== undefined) {
          const { events, relationship, version, visible } = looked
          return { relationship, version, events, visible }
        }
        const [open] = yield* journal.find([{ source, target }])
        if (open === undefined) continue
        const wait = looking.readyAt(open) - now()
        if (wait <= 0) continue
        // Waiting is no attempt: it ends with the lease.
        attempt--
        yield* Effect.sleep(Math.min(wait, pollEvery))
      }
      return yield* busy
    })

  /** Takes in a page of one of the remote's lists. */
  const takeIn = (
    user: UserId,
    list: cursors.Own,
    users: ReadonlyArray<UserId>,
  ): Effect.Effect<ReadonlyArray<RecordedEvent>, RemoteError | StoreError> =>
    Effect.gen(function* () {
      const edges = users.map((target) => ({ source: user, target }))
      const loaded = yield* store.load(edges.map((edge) => ({ edge, commandId: undefined })))
      const time = now()
      const strangers: Array<{ readonly edge: Edge; readonly known: Snapshot }> = []
      const doubtful: Array<UserId> = []
      for (const [index, edge] of edges.entries()) {
        const known = loaded[index]
        if (known === undefined) continue
        if (known.relationship._tag === seenIn[list]._tag) seen.note(intents.keyOf(edge), time)
        else if (known.version > 0) doubtful.push(edge.target)
        else strangers.push({ edge, known })
      }
      const opens = yield* journal.find(strangers.map(({ edge }) => edge))
      const changes = strangers.flatMap(({ edge, known }, index) => {
        if (opens[index] === undefined) {
          const events = reconcile(known.relationship, seenIn[list])
          return [recorder.changeOf(edge, known, events, { actor: null, provenance: "observed" })]
        }
        doubtful.push(edge.target)
        return []
      })
      const outcomes = changes.length === 0 ? [] : yield* recorder.recordAll(changes)
      const found = outcomes.flatMap((outcome) =>
        outcome._tag === "Recorded" ? outcome.receipt.events : [],
      )
      yield* countObserved(found.length)
      for (const event of found) seen.note(intents.keyOf(event), time)
      // A list may be older than what we know of an edge; a look at the edge itself tells.
      return [...found, ...(yield* lookAtAll(user, doubtful)).events]
    })

  const lookAtAll = (user: UserId, targets: ReadonlyArray<UserId>) =>
    Effect.gen(function* () {
      const events: Array<RecordedEvent> = []
      const missing: Array<UserId> = []
      const most = remote.capabilities.observesAtOnce
      for (let begin = 0; begin < targets.length; begin += most) {
        const some = targets.slice(begin, begin + most)
        for (const [index, looked] of (yield* looking.look(user, some)).entries()) {
          const target = some[index]
          if (looked === undefined || target === undefined) continue
          events.push(...looked.events)
          if (!looked.visible) missing.push(target)
        }
      }
      return { events, missing }
    })

  const listedStep = (user: UserId, place: cursors.Place, patience: number) =>
    Effect.gen(function* () {
      const page = yield* Stream.runHead(
        walk(remote, place.list, user, { cursor: place.inner, patience }),
      ).pipe(
        Effect.catchTag("WalkStopped", ({ because }) =>
          // This user's credentials may not do for requests: those known here are looked at all the same.
          because.reason === "NotSupported" && place.list === "requestsSent"
            ? Effect.succeedNone
            : Effect.fail(stopped(user, place, because)),
        ),
      )
      const { missing, next, users } = Option.getOrElse(page, () => nothingListed)
      const events = yield* takeIn(user, place.list, users).pipe(
        Waiting.upTo(patience),
        Effect.catchTag("RemoteError", (because) => Effect.fail(stopped(user, place, because))),
      )
      return {
        seen: users.length,
        events,
        missing,
        next: cursors.after(place, next, remote.capabilities.lists),
      }
    })

  const knownStep = (user: UserId, place: cursors.Place, startedAt: number, patience: number) =>
    Effect.gen(function* () {
      const { inner, list } = place
      const bound =
        inner === undefined
          ? undefined
          : yield* Effect.mapError(
              Effect.fromResult(decodeCursor(list, user, inner)),
              ({ message }) => new InvalidCursor({ message }),
            )
      const { entries, older } = yield* store.list(
        list,
        user,
        Math.min(remote.capabilities.observesAtOnce, longestPage),
        bound,
      )
      const targets = entries
        .map((entry) => entry.user)
        .filter((target) => seen.at(intents.keyOf({ source: user, target })) < startedAt)
      const found = yield* lookAtAll(user, targets).pipe(
        Waiting.upTo(patience),
        Effect.catchTag("RemoteError", (because) => Effect.fail(stopped(user, place, because))),
      )
      const last = entries.at(-1)
      const next =
        older && last !== undefined
          ? encodeCursor(list, user, { direction: "older", than: last.since })
          : undefined
      return {
        seen: entries.length,
        ...found,
        next: cursors.after(place, next, remote.capabilities.lists),
      }
    })

  const reconcileAll = (
    user: UserId,
    request?: { readonly cursor?: string | undefined; readonly patience?: number | undefined },
  ): Stream.Stream<Progress, WalkStopped | StoreError | InvalidCursor> =>
    Stream.unwrap(
      Effect.sync(() => {
        const mistake = Options.mistake(request, { patience: longest })
        if (mistake !== undefined) return Stream.die(mistake)
        const startedAt = now()
        const patience = request?.patience ?? 0
        const begin =
          request?.cursor === undefined ? cursors.first : cursors.fromCursor(request.cursor)
        if (begin === undefined) {
          return Stream.fail(
            new InvalidCursor({
              message: "the cursor is not one of a reconciliation; begin without",
            }),
          )
        }
        return Stream.paginate(begin, (place) =>
          Effect.map(
            place.phase === "listed"
              ? listedStep(user, place, patience)
              : knownStep(user, place, startedAt, patience),
            ({ next, ...step }) => [
              [
                {
                  phase: place.phase,
                  ...step,
                  ...(next === undefined ? {} : { cursor: cursors.toCursor(next) }),
                } satisfies Progress,
              ],
              next === undefined ? Option.none() : Option.some(next),
            ],
          ),
        )
      }),
    )

  return { reconcile: reconcileOne, reconcileAll }
}
