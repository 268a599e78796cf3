/**
 * Cases of the lists as callers see them: pages, cursors, walks, counts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Command from "../Command.ts"
import type { ListName, Page } from "../Page.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import {
  followAll,
  listBy,
  newEdge,
  newUsers,
  type RelationshipsBench,
  type RelationshipsCase,
  type Service,
  usersOf,
} from "./RelationshipsCase.ts"

const listNames = ["following", "followers", "requestsSent", "requestsReceived"] as const

/** Checks a user's four lists, by whom they have, and the counts. */
const lists = (
  service: Service,
  user: UserId,
  expected: Partial<Record<ListName, ReadonlyArray<UserId>>>,
) =>
  Effect.gen(function* () {
    const counts = yield* service.counts(user)
    for (const name of listNames) {
      const page = yield* listBy(service, name)(user)
      Check.equal(`${name} has who belongs there`, usersOf(page), expected[name] ?? [])
      Check.equal(`${name} are counted`, counts[name], expected[name]?.length ?? 0)
    }
  })

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
    for (let cursor = page[direction]; cursor !== undefined; cursor = page[direction]) {
      page = yield* service.followers(target, { limit, cursor })
      pages.push(page)
    }
    return pages
  })

/**
 * @category constructors
 * @since 0.1.0
 */
export const relationshipsListCases: ReadonlyArray<RelationshipsCase> = [
  {
    title: "lists follows on both sides, newest first",
    promises: [
      "Whom a user follows, newest follow first.",
      "Who follows a user, newest follow first.",
    ],
    run: (bench) =>
      Effect.gen(function* () {
        const { service } = bench
        const [a, b, c] = yield* newUsers(bench, 3)
        if (!a || !b || !c) return
        yield* service.execute(Command.follow(a, b))
        yield* service.execute(Command.follow(c, b))
        yield* service.execute(Command.follow(a, c))
        const { preferences } = bench.supports
        if (preferences) {
          yield* service.execute(Command.updatePreferences(a, b, { retweets: false }))
        }
        yield* lists(service, a, { following: [c, b] })
        yield* lists(service, b, { followers: [c, a] })
        yield* lists(service, c, { following: [b], followers: [a] })
        const [, older] = (yield* service.following(a)).entries
        Check.equal("entries show the preferences of now", older?.relationship, {
          _tag: "Following",
          retweets: !preferences,
          notifications: false,
        })
        yield* service.execute(Command.unfollow(a, b))
        yield* service.execute(Command.follow(a, b))
        yield* lists(service, a, { following: [b, c] })
        yield* lists(service, b, { followers: [a, c] })
      }),
  },
  {
    title: "lists requests on both sides, newest first, and not as follows",
    promises: ["Whose answer a user waits for, newest request first."],
    run: (bench) =>
      Effect.gen(function* () {
        const { service } = bench
        const [a, b] = yield* newUsers(bench, 2)
        const { target } = yield* newEdge(bench, true)
        if (!a || !b) return
        yield* followAll(service, [a, b], target)
        yield* lists(service, target, { requestsReceived: [b, a] })
        yield* lists(service, a, { requestsSent: [target] })
        yield* service.execute(Command.unfollow(b, target))
        yield* lists(service, b, {})
        yield* lists(service, target, { requestsReceived: [a] })
      }),
  },
  {
    title: "moves an approved request to the follows, and forgets a denied one",
    promises: ["Who waits for a user's answer, newest request first."],
    when: (supports) => supports.targetCommands,
    run: (bench) =>
      Effect.gen(function* () {
        const { service } = bench
        const [a, b] = yield* newUsers(bench, 2)
        const { target } = yield* newEdge(bench, true)
        if (!a || !b) return
        yield* followAll(service, [a, b], target)
        yield* service.execute(Command.approveRequest(a, target))
        yield* service.execute(Command.denyRequest(b, target))
        yield* lists(service, target, { followers: [a] })
        yield* lists(service, a, { following: [target] })
        yield* lists(service, b, {})
        yield* service.execute(Command.removeFollower(a, target))
        yield* lists(service, target, {})
      }),
  },
  {
    title: "has empty lists for a user that nobody knows",
    promises: ["How many entries each list of a user has."],
    run: (bench) => Effect.flatMap(Fixtures.user, (user) => lists(bench.service, user, {})),
  },
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
          const error = yield* Effect.flip(bench.service.followers(target, { limit }))
          Check.equal(`a page of ${limit} is refused`, error._tag, "InvalidPage")
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
        for (const page of refused) {
          const error = yield* Effect.flip(page)
          Check.equal("it is refused", error._tag, "InvalidPage")
        }
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
