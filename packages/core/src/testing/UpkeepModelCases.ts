/**
 * Cases of generated histories: any changes with any upkeep in between, against the naive store.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import type { Edge } from "../Edge.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import { logOf, newest } from "./StoreCase.ts"
import * as StoreModel from "./StoreModel.ts"
import { agrees } from "./StoreModelCases.ts"
import { finish, here, type Kit, onKit, sound, type UpkeepCase } from "./UpkeepCase.ts"
import * as UpkeepModel from "./UpkeepModel.ts"

const take = (
  kit: Kit,
  model: StoreModel.StoreModel,
  start: number,
  edges: ReadonlyArray<Edge>,
  users: ReadonlyArray<UserId>,
  ids: ReadonlyArray<string>,
  [index, step]: readonly [number, UpkeepModel.Step],
) =>
  Effect.gen(function* () {
    const { store, upkeep } = kit
    switch (step._tag) {
      case "Commit": {
        const changes = yield* StoreModel.realise(model, edges, ids, step.plans, {
          time: UpkeepModel.timeOf(index),
          // At times one of those whom the edge is not about.
          actor: users[index % (users.length + 1)] ?? null,
        })
        const outcomes = yield* store.commit(changes)
        for (const [place, change] of changes.entries()) {
          const outcome = outcomes[place]
          Check.equal("a change ends as it must", outcome?._tag, StoreModel.expect(model, change))
          if (outcome?._tag === "Committed") StoreModel.apply(model, change, outcome.position)
          if (outcome?._tag === "Repeated") {
            Check.equal(
              "a repeat brings the events",
              outcome.record.events.map(Fixtures.plain),
              UpkeepModel.eventsOf(model, change),
            )
          }
        }
        return
      }
      case "Erase": {
        const user = users[step.user]
        if (user === undefined) return
        const last = yield* newest(store, start)
        yield* finish(upkeep.erase(user))
        const tombstones = yield* logOf(store, last, users, 2)
        return UpkeepModel.erase(model, edges, user, tombstones)
      }
      case "Forget": {
        const before = UpkeepModel.timeOf(step.moment)
        Check.equal("what is old is forgotten", yield* upkeep.forget(before), {
          commandIds: UpkeepModel.forget(model, before),
          tombstones: 0,
        })
        return
      }
      case "Rebuild":
        yield* finish(upkeep.rebuild)
        return
      case "Check":
        yield* sound(kit)
    }
  })

const play = (kit: Kit, steps: ReadonlyArray<UpkeepModel.Step>) =>
  Effect.gen(function* () {
    const users = yield* Fixtures.users(3)
    const edges = users.flatMap((source) =>
      users.flatMap((target) => (source === target ? [] : [{ source, target }])),
    )
    const ids = yield* Effect.replicateEffect(Fixtures.commandId, 7)
    const start = yield* here(kit)
    // Nothing of earlier runs is that old.
    yield* kit.upkeep.forget(UpkeepModel.timeOf(1_000_000))
    const model = StoreModel.empty()
    for (const step of steps.entries()) {
      yield* take(kit, model, start, edges, users, ids, step)
      if (step[1]._tag !== "Commit") yield* agrees(kit.store, model, start, edges)
    }
    yield* sound(kit)
    yield* finish(kit.upkeep.rebuild)
    yield* agrees(kit.store, model, start, edges)
    const loaded = yield* kit.store.load(
      ids.flatMap((commandId) => edges.slice(0, 1).map((edge) => ({ edge, commandId }))),
    )
    Check.equal(
      "the memory of command ids agrees",
      loaded.map(({ record }) => record?.events.map(Fixtures.plain)),
      ids.map((id) => model.commands.get(id)?.events),
    )
    yield* sound(kit)
  })

/**
 * Generated histories with any upkeep in between.
 *
 * @category constructors
 * @since 0.1.0
 */
export const modelCases: ReadonlyArray<UpkeepCase> = [
  onKit(
    "agrees with a naive store over any changes with any upkeep in between",
    [
      "Makes the snapshots, the lists and the counts anew from the log.",
      "The store is sound when no fault came.",
      "Positions of others stay as they are.",
    ],
    (kit) =>
      Effect.promise(() =>
        fc.assert(
          fc.asyncProperty(UpkeepModel.steps(6, 2), (steps) => Effect.runPromise(play(kit, steps))),
          { numRuns: 30 },
        ),
      ),
  ),
]
