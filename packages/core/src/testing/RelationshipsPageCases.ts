/**
 * Cases of the pages of a list: limits, cursors, walks.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Command from "../Command.ts"
import type { Page } from "../Page.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import type { RelationshipsBench, RelationshipsCase, Service } from "./RelationshipsCase.ts"
import { failsWith, followAll, newUsers, usersOf } from "./RelationshipsFixtures.ts"

/** A user with followers, newest first. */
const crowd = (bench: RelationshipsBench, size: number) =>
  Effect.gen(function* () {
    const target = yield* bench.world.add
    const sources = yield* newUsers(bench, size)
    yield* followAll(bench.service, sources, target)
    return { target, newestFirst: sources.toReversed() }
  })

const follow = (
  direction: "next" | "previous",
  service: Service,
  target: UserId,
  limit: number,
  from?: Page,
) =>
  Effect.gen(function* () {
    const pages: Array<Page> = []
    let page = from ?? (yield* service.followers(target, { limit }))
    if (from === undefined) pages.push(page)
    const seen = new Set<string>()
    for (let cursor = page[direction]; cursor !== undefined; cursor = page[direction]) {
      Check.holds("no cursor leads back to where it was", !seen.has(cursor))
      seen.add(cursor)
      page = yield* service.followers(target, { limit, cursor })
      pages.push(page)
    }
    return pages
  })

/**
 * Pages and walks.
 *
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsPageCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "hands out cursors to the end and back",
    promises: ["`next`: older entries follow there; absent on the last page."],
    run: (bench) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(bench, 7)
        for (const limit of [1, 2, 3, 6, 7, 8]) {
          const down = yield* follow("next", bench.service, target, limit)
          Check.equal("the way down shows all", down.flatMap(usersOf), newestFirst)
          Check.equal("the first page has nothing before it", down[0]?.previous, undefined)
          const up = yield* follow("previous", bench.service, target, limit, down.at(-1))
          Check.equal(
            "the way back shows the same pages",
            up.map(usersOf),
            down.slice(0, -1).toReversed().map(usersOf),
          )
          Check.equal("it ends at the first page", up.at(-1)?.previous, undefined)
        }
      }),
  },
  {
    title: "takes pages of 1 to 1,000, and 100 unless told",
    promises: ["`limit`: entries at most, 1 to 1,000; 100 unless told."],
    run: (bench) =>
      Effect.gen(function* () {
        const target = yield* bench.world.add
        const sources = yield* newUsers(bench, bench.supports.many ? 101 : 3)
        const follows = sources.map((source) => [Command.follow(source, target)] as const)
        yield* bench.service.executeAll(follows)
        const plain = yield* bench.service.followers(target)
        Check.equal("100 unless told", plain.entries.length, Math.min(sources.length, 100))
        const all = yield* bench.service.followers(target, { limit: 1000 })
        Check.equal("1,000 is good", usersOf(all), sources.toReversed())
        for (const limit of [0, -1, 1001, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          const page = bench.service.followers(target, { limit })
          yield* failsWith("InvalidPage", `a page of ${limit} is refused`, page)
        }
      }),
  },
  {
    title: "refuses a cursor that is not one of this list of this user",
    promises: ["Reads a cursor of this list of this user; one of another list or user is refused."],
    run: (bench) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(bench, 3)
        const other = newestFirst[0] ?? target
        const { next = "" } = yield* bench.service.followers(target, { limit: 1 })
        Check.holds("there is a cursor", next !== "")
        const walked = bench.service.walk("followers", other, { cursor: next })
        const refused: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          bench.service.following(target, { cursor: next }),
          bench.service.requestsReceived(target, { cursor: next }),
          bench.service.followers(other, { cursor: next }),
          ...[
            "",
            "0",
            "-1",
            "x".repeat(5000),
            `${next}0x`,
            ` ${next}`,
            `${next}\n`,
            "__proto__",
          ].map((cursor) => bench.service.followers(target, { cursor })),
          Stream.runCollect(walked),
        ]
        for (const page of refused) yield* failsWith("InvalidPage", "the cursor is refused", page)
      }),
  },
  {
    title: "shows whoever stays exactly once, while others come and go between the pages",
    promises: [
      "Whoever stays in the list during the walk is seen exactly once; whoever joins behind its back may be missed.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { service } = bench
        const { newestFirst, target } = yield* crowd(bench, 12)
        const leavers = newestFirst.filter((_, index) => index % 4 < 2)
        const newcomers = yield* newUsers(bench, leavers.length)
        const seen: Array<UserId> = []
        yield* service.walk("followers", target, { limit: 2 }).pipe(
          Stream.runForEach((page) =>
            Effect.gen(function* () {
              seen.push(...usersOf(page))
              const [leaver, newcomer] = [leavers.pop(), newcomers[leavers.length]]
              if (leaver === undefined || newcomer === undefined) return
              yield* service.execute(Command.unfollow(leaver, target))
              yield* service.execute(Command.follow(newcomer, target))
            }),
          ),
        )
        const stayed = newestFirst.filter((_, index) => index % 4 >= 2)
        Check.equal(
          "whoever stayed was seen once, in order",
          seen.filter((user) => stayed.includes(user)),
          stayed,
        )
        Check.equal("nobody was seen twice", new Set(seen).size, seen.length)
      }),
  },
  {
    title: "walks on from the cursor of any page as if it had not stopped",
    promises: [
      "A whole list, page by page.",
      "Each page brings the cursor behind it (`next`): a walk can stop anywhere and go on from there elsewhere.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { newestFirst, target } = yield* crowd(bench, 7)
        const walk = (cursor?: string) =>
          Stream.runCollect(bench.service.walk("followers", target, { limit: 2, cursor }))
        const whole = yield* walk()
        Check.equal("a walk shows all", whole.flatMap(usersOf), newestFirst)
        for (const [index, { next }] of whole.entries()) {
          if (next === undefined) continue
          Check.equal("the rest is the same", yield* walk(next), whole.slice(index + 1))
        }
      }),
  },
]
