/** The service over a remote, put together. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { Command } from "../Command.ts"
import * as EventId from "../EventId.ts"
import type { Journal } from "../Journal.ts"
import * as Options from "../Options.ts"
import { Reconciler } from "../Reconciler.ts"
import type { RelationshipRemote } from "../RelationshipRemote.ts"
import type { RelationshipStore } from "../RelationshipStore.ts"
import { onSelf } from "./decisions.ts"
import * as intents from "./intents.ts"
import * as Locks from "./locks.ts"
import * as lookings from "./looking.ts"
import { type ExecuteOptions, ofRemote, type RemoteOptions } from "./options.ts"
import * as preparings from "./preparing.ts"
import { countCommand } from "./remoteMetrics.ts"
import * as reconciling from "./reconciling.ts"
import * as recorders from "./recorder.ts"
import * as resolving from "./resolving.ts"
import * as Seen from "./seen.ts"
import * as sending from "./sending.ts"
import * as settlings from "./settling.ts"
import { invalid } from "./task.ts"

/** Edges whose last sighting is remembered: a hundred bytes or so each. */
const remembered = 100_000

/** @internal */
export const make = Effect.fnUntraced(function* (
  remote: RelationshipRemote["Service"],
  store: RelationshipStore["Service"],
  journalOfAll: Journal["Service"],
  options: RemoteOptions = {},
) {
  yield* Options.check(options, ofRemote)
  const clock = yield* Clock.Clock
  const now = () => clock.currentTimeMillisUnsafe()
  const nextId = EventId.generator(Math.floor((yield* Random.next) * 2 ** 48))
  const lag = options.lag ?? 5_000
  const shared = {
    remote,
    store,
    journal: intents.make(journalOfAll),
    locks: Locks.make(),
    recorder: recorders.make(store, nextId, now),
    seen: Seen.make(remembered, now),
    now,
    nextId,
    owner: nextId(now()),
    lag,
    scope: yield* Effect.scope,
  }
  const looking = lookings.make(shared)
  const preparing = preparings.make({
    ...shared,
    looking,
    freshFor: options.freshFor ?? 60_000,
    lease: options.lease ?? 60_000,
  })
  const settling = settlings.make({ ...shared, looking, preparing })
  const sender = sending.make({ ...shared, preparing, settling })
  const { resolveLeftovers, tidy, ...resolver } = resolving.make({ ...shared, looking })

  const execute = (command: Command, about?: ExecuteOptions) =>
    Effect.suspend(() => {
      const mistake = invalid(about)
      if (mistake !== undefined) return Effect.fail(mistake)
      // Nobody has a relationship with themselves, and the remote need not be asked.
      if (command.source === command.target) return Effect.fromResult(onSelf(command))
      return countCommand(sender.execute(command, about))
    })

  yield* Effect.addFinalizer(() => sender.close)
  yield* Effect.forkScoped((options.resolveAtStart ?? true) ? resolveLeftovers : tidy)

  return {
    relationships: {
      execute,
      executeAll: (commands: ReadonlyArray<readonly [command: Command, about?: ExecuteOptions]>) =>
        Effect.forEach(commands, ([command, about]) => Effect.result(execute(command, about)), {
          concurrency: options.concurrency ?? 16,
        }),
    },
    reconciler: Reconciler.of({ ...reconciling.make({ ...shared, looking }), ...resolver }),
  }
})
