/**
 * Everything that can be asked of a service, as commands of `fc.commands` that run against the
 * naive {@link Model} and the real one.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Command from "../Command.ts"
import type { ListName, Page } from "../Page.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as Generators from "./Generators.ts"
import * as Model from "./Model.ts"
import {
  listBy,
  type RelationshipsBench,
  type Service,
  take,
  usersOf,
} from "./RelationshipsCase.ts"

/**
 * The real service, and the command ids that this run may use.
 *
 * @category models
 * @since 0.1.0
 */
export interface Real extends RelationshipsBench {
  readonly ids: ReadonlyArray<string>
}

/**
 * @category models
 * @since 0.1.0
 */
export type Step = fc.AsyncCommand<Model.Model, Real>

const userCount = 4
const idCount = 5

const step = (
  name: string,
  run: (model: Model.Model, real: Real) => Effect.Effect<void, unknown>,
): Step => ({
  check: () => true,
  run: (model, real) => Effect.runPromise(run(model, real)),
  toString: () => name,
})

/** The pool's users stand for those of the run. */
const pooled = Generators.pooledUserId

const userOf = (model: Model.Model, user: UserId): UserId =>
  model.users[Generators.pool.indexOf(user)] ?? user

const realise = (model: Model.Model, command: Command.Command): Command.Command => ({
  ...command,
  source: userOf(model, command.source),
  target: userOf(model, command.target),
})

const edgeOf = (
  model: Model.Model,
  edge: { readonly source: UserId; readonly target: UserId },
) => ({
  source: userOf(model, edge.source),
  target: userOf(model, edge.target),
})

const commandIds = fc.option(fc.nat(idCount - 1), { freq: 2, nil: undefined })
const idOf = (real: Real, id: number | undefined): string | undefined =>
  id === undefined ? undefined : real.ids[id]

const execute = fc
  .record({ command: Generators.anyCommand(), id: commandIds })
  .map(({ command, id }) =>
    step(`execute ${Command.fingerprint(command)} id=${id}`, (model, real) =>
      Effect.gen(function* () {
        const actual = realise(model, command)
        const commandId = idOf(real, id)
        const outcome = yield* Effect.result(real.service.execute(actual, { commandId }))
        Model.settle(model, actual, commandId, outcome)
      }),
    ),
  )

const executeAll = fc
  .array(fc.record({ command: Generators.anyCommand(), id: commandIds }), { maxLength: 8 })
  .map((list) =>
    step(
      `executeAll [${list.map(({ command, id }) => `${Command.fingerprint(command)} id=${id}`).join(", ")}]`,
      (model, real) =>
        Effect.gen(function* () {
          const actual = list.map(
            ({ command, id }) => [realise(model, command), { commandId: idOf(real, id) }] as const,
          )
          const outcomes = yield* real.service.executeAll(actual)
          Check.equal("each command has an answer", outcomes.length, list.length)
          for (const [index, [command, { commandId }]] of actual.entries()) {
            const outcome = outcomes[index]
            if (outcome !== undefined) Model.settle(model, command, commandId, outcome)
          }
        }),
    ),
  )

const worlds = fc
  .record({
    what: fc.constantFrom("protected", "suspended", "blocked"),
    user: pooled,
    other: pooled,
    on: fc.boolean(),
  })
  .filter(({ other, user }) => user !== other)
  .map(({ on, other, user, what }) =>
    step(
      `${what} ${user} ${what === "blocked" ? `${other} ` : ""}${on}`,
      (model, { supports, world }) =>
        Effect.gen(function* () {
          const [who, whom] = [userOf(model, user), userOf(model, other)]
          const set = (target: Set<string>, key: string): void => {
            if (on) target.add(key)
            else target.delete(key)
          }
          if (what === "protected") {
            yield* world.setProtected(who, on)
            set(model.guarded, who)
          } else if (what === "suspended" && supports.suspension) {
            yield* world.setSuspended(who, on)
            set(model.suspended, who)
          } else if (what === "blocked" && supports.blocks) {
            yield* world.setBlocked(who, whom, on)
            set(model.blocks, `${who} ${whom}`)
          }
        }),
    ),
  )

const edges = Generators.edge()

const looks = fc.record({ edge: edges, at: fc.nat(30) }).map(({ at, edge }) =>
  step(`look at ${edge.source}→${edge.target}, now and as of event ${at}`, (model, { service }) =>
    Effect.gen(function* () {
      const story = Model.storyOf(model, edgeOf(model, edge))
      const now = yield* service.relationship(story.edge)
      Check.equal("an edge is as it is", Model.snapshotOf(story), {
        relationship: now.relationship,
        version: now.version,
      })
      const history = yield* service.history(story.edge)
      Check.equal("so is its history", history.map(Fixtures.plain), story.events)
      const event = model.log[at % Math.max(1, model.log.length)]
      if (event === undefined) return
      const { position, time } = event
      const then = yield* service.relationship(story.edge, { asOf: { position } })
      Check.equal(
        "and its past by position",
        then,
        Model.asOf(story, (it) => it.position <= position),
      )
      const once = yield* service.relationship(story.edge, { asOf: { time } })
      Check.equal(
        "and its past by time",
        once,
        Model.asOf(story, (it) => it.time <= time),
      )
    }),
  ),
)

const listNames = fc.constantFrom<ListName>(
  "following",
  "followers",
  "requestsSent",
  "requestsReceived",
)

/** All pages from one on, in one direction. */
const pagesFrom = (
  page: Page,
  direction: "next" | "previous",
  read: (cursor: string) => Effect.Effect<Page, unknown>,
) =>
  Effect.gen(function* () {
    const pages = [page]
    for (let cursor = page[direction]; cursor !== undefined; cursor = pages.at(-1)?.[direction]) {
      pages.push(yield* read(cursor))
    }
    return pages
  })

const pageThrough = (service: Service, list: ListName, user: UserId, limit: number) =>
  Effect.gen(function* () {
    const read = (cursor?: string) => listBy(service, list)(user, { limit, cursor })
    const down = yield* pagesFrom(yield* read(), "next", read)
    const last = down.at(-1)
    if (last === undefined) return []
    const up = yield* pagesFrom(last, "previous", read)
    Check.equal(
      "the way back shows the same pages",
      up.toReversed().map(usersOf),
      down.map(usersOf),
    )
    return down.flatMap((page) => page.entries)
  })

const lists = fc
  .record({ list: listNames, user: pooled, limit: fc.integer({ min: 1, max: 3 }) })
  .map(({ limit, list, user }) =>
    step(`${list} of ${user} by ${limit}`, (model, { service }) =>
      Effect.gen(function* () {
        const who = userOf(model, user)
        const entries = yield* pageThrough(service, list, who, limit)
        const expected = Model.listOf(model, list, who)
        Check.equal("a list has who belongs there", entries, expected)
        const counts = yield* service.counts(who)
        Check.equal("its length is counted", counts[list], expected.length)
      }),
    ),
  )

const walks = fc
  .record({ list: listNames, user: pooled, limit: fc.integer({ min: 1, max: 2 }) })
  .map(({ limit, list, user }) =>
    step(`go on walking, or begin with ${list} of ${user}`, (model, { service }) =>
      Effect.gen(function* () {
        const who = userOf(model, user)
        const began = () =>
          new Map(Model.listOf(model, list, who).map((entry) => [entry.user, entry.since]))
        const walk = (model.walk ??= {
          list,
          user: who,
          limit,
          began: began(),
          seen: [],
          next: undefined,
        })
        const page = yield* listBy(service, walk.list)(walk.user, {
          limit: walk.limit,
          cursor: walk.next,
        })
        walk.seen.push(...usersOf(page))
        walk.next = page.next
        if (page.next !== undefined) return
        model.walk = undefined
        Check.equal("a walk sees nobody twice", new Set(walk.seen).size, walk.seen.length)
        for (const entry of Model.listOf(model, walk.list, walk.user)) {
          if (walk.began.get(entry.user) !== entry.since) continue
          Check.holds("a walk sees everybody who stays", walk.seen.includes(entry.user))
        }
      }),
    ),
  )

const logs = fc.nat(30).map((at) =>
  step(`changes behind event ${at}`, (model, { service }) =>
    Effect.gen(function* () {
      const from = at % Math.max(1, model.log.length)
      const expected = model.log.slice(from)
      const first = expected[0]
      if (first === undefined) return
      const seen = yield* take(service, first.position - 1, model.users, expected.length)
      Check.equal("the log goes on from anywhere", seen, expected)
    }),
  ),
)

/**
 * Sequences of steps, for `fc.asyncModelRun`.
 *
 * @category generators
 * @since 0.1.0
 */
export const steps = (maxCommands = 40): fc.Arbitrary<Iterable<Step>> =>
  fc.commands([execute, execute, executeAll, worlds, looks, lists, walks, logs], {
    maxCommands,
    size: "max",
  })

/**
 * A model and a real one that begin alike: with users whom nobody used before.
 *
 * @category constructors
 * @since 0.1.0
 */
export const setup = (
  bench: RelationshipsBench,
): Effect.Effect<{ readonly model: Model.Model; readonly real: Real }, unknown> =>
  Effect.gen(function* () {
    const users = yield* Effect.replicateEffect(bench.world.add, userCount)
    const ids = yield* Effect.replicateEffect(Fixtures.commandId, idCount)
    return { model: Model.make(users), real: { ...bench, ids } }
  })
