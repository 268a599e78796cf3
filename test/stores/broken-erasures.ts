/** Stores that break a promise of erasing a user, each in a way that a real one might. */
import type { UserId } from "@kith/core"
import { Effect, Stream } from "effect"
import {
  ending,
  isSame,
  isTombstone,
  type Recorded,
  touches,
  withStore,
  withUpkeep,
} from "./breaking-upkeeps.ts"
import { keepOnly, type Kit, type Open } from "./toy-upkeep.ts"

/** Changes the log in place after an erasure, event by event. */
const rewriting = (
  good: Open,
  rewrite: (event: Recorded, user: UserId.UserId) => ReadonlyArray<Recorded>,
): Kit =>
  withUpkeep(good, {
    erase: (user) =>
      ending(good.upkeep.erase(user), () => {
        const { log } = good.state
        log.splice(0, log.length, ...log.flatMap((event) => rewrite(event, user)))
      }),
  })

/** Does something else with the state than to erase it as it should be. */
const erasing = (
  good: Open,
  act: (user: UserId.UserId, before: ReadonlyArray<Recorded>) => void,
): Kit =>
  withUpkeep(good, {
    erase: (user) =>
      Stream.suspend(() => {
        const before = Array.from(good.state.log)
        return ending(good.upkeep.erase(user), () => act(user, before))
      }),
  })

export const erasesOneDirection = (good: Open): Kit =>
  erasing(good, (user, before) => {
    const { log } = good.state
    const incoming = before.filter(({ target }) => target === user)
    keepOnly(log, ({ target }) => target !== user)
    log.push(...incoming)
    log.sort((left, right) => left.position - right.position)
  })

export const leavesTheEventsOfAnErasedUser = (good: Open): Kit =>
  erasing(good, (user, before) => {
    const { log } = good.state
    const own = before.filter((event) => touches(user, event) && !log.includes(event))
    log.unshift(...own)
    log.sort((left, right) => left.position - right.position)
  })

export const leavesNoTombstone = (good: Open): Kit =>
  rewriting(good, (event, user) => (isTombstone(event) && touches(user, event) ? [] : [event]))

export const beginsVersionsAtTheTombstone = (good: Open): Kit =>
  rewriting(good, (event) => [isTombstone(event) ? { ...event, version: 1 } : event])

export const putsTheTombstoneWhereTheEventsWere = (good: Open): Kit =>
  erasing(good, (user, before) => {
    const { log } = good.state
    for (const [index, event] of log.entries()) {
      if (!isTombstone(event) || !touches(user, event)) continue
      const position = before.findLast(isSame(event))?.position
      if (position !== undefined) log[index] = { ...event, position }
    }
    log.sort((left, right) => left.position - right.position)
  })

export const closesTheGapsInTheLog = (good: Open): Kit =>
  erasing(good, () => {
    const { log } = good.state
    log.splice(0, log.length, ...log.map((event, index) => ({ ...event, position: index + 1 })))
  })

export const tellsNobodyOfAnErasure = (good: Open): Kit => {
  let quiet = false
  return withUpkeep(
    withStore(good, {
      awaitLog: (after) =>
        Effect.suspend(() =>
          quiet && (good.state.log.at(-1)?.position ?? 0) > after
            ? Effect.never
            : Effect.andThen(
                good.store.awaitLog(after),
                Effect.suspend(() => (quiet ? Effect.never : Effect.void)),
              ),
        ),
    }),
    {
      erase: (user) =>
        Stream.suspend(() => {
          quiet = true
          return good.upkeep.erase(user)
        }),
    },
  )
}

export const stopsAtAGapInTheLog = (good: Open): Kit => ({
  ...good,
  store: {
    ...good.store,
    log: (after, limit) =>
      Effect.sync(() =>
        good.state.log.filter(
          ({ position }) => position > after && (after === 0 || position <= after + limit),
        ),
      ),
  },
})

const namingAgain = (good: Open, to: (event: Recorded, user: UserId.UserId) => Recorded["actor"]) =>
  erasing(good, (user, before) => {
    const { log } = good.state
    for (const [index, event] of log.entries()) {
      const was = before.find(({ id }) => id === event.id)
      if (was?.actor != null) log[index] = { ...event, actor: to(was, user) }
    }
  })

export const leavesTheNameOfWhoActed = (good: Open): Kit => namingAgain(good, ({ actor }) => actor)

export const takesEverybodysNameAway = (good: Open): Kit => namingAgain(good, () => null)

export const leavesTheNameInTheMemoryOfCommands = (good: Open): Kit =>
  withUpkeep(good, {
    erase: (user) =>
      Stream.suspend(() => {
        const before = Array.from(good.state.commands)
        return ending(good.upkeep.erase(user), () => {
          for (const [id, ended] of before) {
            if (good.state.commands.has(id)) good.state.commands.set(id, ended)
          }
        })
      }),
  })

export const erasesWhatTheUserDidForOthers = (good: Open): Kit =>
  erasing(good, (user, before) => {
    const own = new Set(before.filter(({ actor }) => actor === user).map(({ id }) => id))
    keepOnly(good.state.log, ({ id }) => !own.has(id))
  })

const remembering = (good: Open, which: (events: number) => boolean): Kit =>
  withUpkeep(good, {
    erase: (user) =>
      Stream.suspend(() => {
        const before = Array.from(good.state.commands)
        return ending(good.upkeep.erase(user), () => {
          for (const [id, ended] of before) {
            if (!good.state.commands.has(id) && which(ended.record.events.length)) {
              good.state.commands.set(id, ended)
            }
          }
        })
      }),
  })

export const remembersTheCommandsOfAnErasedUser = (good: Open): Kit => remembering(good, () => true)

export const remembersCommandsWithoutEvents = (good: Open): Kit =>
  remembering(good, (events) => events === 0)

export const forgetsEverybodysCommands = (good: Open): Kit =>
  erasing(good, () => good.state.commands.clear())

export const putsATombstoneOnATombstone = (good: Open): Kit =>
  erasing(good, (user) => {
    const { log } = good.state
    for (const [index, event] of log.entries()) {
      if (!isTombstone(event) || !touches(user, event)) continue
      if (event.time > 1) log[index] = { ...event, time: 1 }
      else {
        good.state.last += 1
        log.push({ ...event, version: event.version + 1, position: good.state.last, time: 2 })
        log.splice(index, 1)
      }
    }
  })

export const erasesTheJournalToo = (good: Open): Kit =>
  withUpkeep(good, {
    erase: (user) =>
      Stream.concat(
        good.upkeep.erase(user),
        Stream.fromEffectDrain(
          Effect.flatMap(good.journal.scan("grant/", 1000), (entries) =>
            good.journal.write(
              entries.map(({ key, version }) => ({
                key,
                value: undefined,
                expectedVersion: version,
              })),
            ),
          ),
        ),
      ),
  })

export const losesWhatWasCommittedDuringAnErasure = (good: Open): Kit =>
  withUpkeep(good, {
    erase: (user) =>
      Stream.suspend(() => {
        const before = new Set(good.state.log)
        return ending(good.upkeep.erase(user), () =>
          keepOnly(good.state.log, (event) => before.has(event) || isTombstone(event)),
        )
      }),
  })

/** Notes what is done before it is done, and does not do it again. */
export const neverFinishesWhatWasInterrupted = (good: Open): Kit => {
  const begun = new Set<UserId.UserId>()
  return withUpkeep(good, {
    erase: (user) =>
      Stream.suspend(() => {
        if (begun.has(user)) return Stream.empty
        begun.add(user)
        return good.upkeep.erase(user)
      }),
  })
}

export const erasesAPageOfEdges = (good: Open): Kit =>
  withUpkeep(good, { erase: (user) => Stream.take(good.upkeep.erase(user), 1000) })
