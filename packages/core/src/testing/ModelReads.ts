/**
 * Everything that can be read of a service, as steps that compare it with the naive {@link Model}.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import type { ListName, Page } from "../Page.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import * as Generators from "./Generators.ts"
import * as Model from "./Model.ts"
import { type Step, step, userOf } from "./ModelStep.ts"
import type { Service } from "./RelationshipsCase.ts"
import { listBy, take, usersOf } from "./RelationshipsFixtures.ts"
import { inTime } from "./Timing.ts"

const edgeOf = (
  model: Model.Model,
  edge: { readonly source: UserId; readonly target: UserId },
) => ({
  source: userOf(model, edge.source),
  target: userOf(model, edge.target),
})

const looks = fc.record({ edge: Generators.edge(), at: fc.nat(30) }).map(({ at, edge }) =>
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
    const seen = new Set<string>()
    for (let cursor = page[direction]; cursor !== undefined; cursor = pages.at(-1)?.[direction]) {
      Check.holds("no cursor leads back to where it was", !seen.has(cursor))
      seen.add(cursor)
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
  .record({ list: listNames, user: Generators.pooledUserId, limit: fc.integer({ min: 1, max: 3 }) })
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
  .record({ list: listNames, user: Generators.pooledUserId, limit: fc.integer({ min: 1, max: 2 }) })
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
  step(`changes behind event ${at}`, (model, real) =>
    Effect.gen(function* () {
      const from = at % Math.max(1, model.log.length)
      const expected = model.log.slice(from)
      const first = expected[0]
      if (first === undefined) return
      const seen = yield* take(real.service, first.position - 1, model.users, expected.length).pipe(
        inTime("the log has all that was written", real),
      )
      Check.equal("the log goes on from anywhere", seen, expected)
    }),
  ),
)

/**
 * @category generators
 * @since 0.1.0
 */
export const reads: ReadonlyArray<fc.Arbitrary<Step>> = [looks, lists, walks, logs]
