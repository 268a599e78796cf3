/**
 * Cases of the lists as callers see them: who is in which, in which order, and the counts.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Command from "../Command.ts"
import type { ListName } from "../Page.ts"
import type { UserId } from "../UserId.ts"
import * as Check from "./Check.ts"
import * as Fixtures from "./Fixtures.ts"
import type { RelationshipsCase, Service } from "./RelationshipsCase.ts"
import { followAll, listBy, newEdge, newUsers, usersOf } from "./RelationshipsFixtures.ts"

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

/**
 * Who is in which list.
 *
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
]
