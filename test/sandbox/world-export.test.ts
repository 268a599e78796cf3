/** World files that a sandbox writes: the way there and back. */
import { Result } from "effect"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { exportWorld } from "../../packages/sandbox/src/world/Export.ts"
import type { World } from "../../packages/sandbox/src/world/World.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import * as Sandbox from "../../packages/sandbox/src/Sandbox.ts"
import { app, mistakes } from "./world-support.ts"

const usernames = ["ada", "bob", "cy", "dee", "eve"]

const arbitraryWorld: fc.Arbitrary<World> = fc
  .record({
    protectedUsers: fc.subarray(usernames),
    edges: fc.uniqueArray(
      fc.record({
        source: fc.nat(4),
        target: fc.nat(4),
        kind: fc.constantFrom("pending", "following", "block"),
        retweets: fc.option(fc.boolean(), { nil: undefined }),
        notifications: fc.option(fc.boolean(), { nil: undefined }),
      }),
      { selector: ({ source, target }) => `${source} ${target}` },
    ),
    limits: fc.constantFrom("x", "none", undefined),
    tokens: fc.subarray(usernames),
  })
  .map(({ protectedUsers, edges, limits, tokens }) => {
    const between = edges.filter(({ source, target }) => source !== target)
    const blocked = (one: number, other: number) =>
      between.some(
        ({ kind, source, target }) =>
          kind === "block" &&
          ((source === one && target === other) || (source === other && target === one)),
      )
    const name = (index: number) => usernames[index] ?? ""
    const candidate = {
      apps: [app],
      users: usernames.map((username, index) => ({
        id: String(index + 1),
        username,
        name: username,
        protected: protectedUsers.includes(username),
      })),
      tokens: tokens.map((user) => ({
        user,
        app: "app",
        oauth1: { token: `token-${user}`, secret: "secret" },
        oauth2: {
          accessToken: `access-${user}`,
          refreshToken: `refresh-${user}`,
          scopes: ["users.read"],
        },
      })),
      relationships: between
        .filter(({ kind, source, target }) => kind !== "block" && !blocked(source, target))
        .map(({ source, target, kind, retweets, notifications }) => ({
          source: name(source),
          target: name(target),
          state: kind,
          ...(retweets === undefined ? {} : { retweets }),
          ...(notifications === undefined ? {} : { notifications }),
        })),
      blocks: between
        .filter(({ kind }) => kind === "block")
        .map(({ source, target }) => ({ source: name(source), target: name(target) })),
      ...(limits === undefined ? {} : { limits }),
    }
    return Result.getOrThrow(WorldFile.decode(candidate))
  })

describe("export", () => {
  test("gives a world that puts the same world in its own place", async () => {
    await using sandbox = await Sandbox.start()
    const { control } = sandbox
    const exported = () => Effect.runPromise(exportWorld(control.world()))
    await fc.assert(
      fc.asyncProperty(arbitraryWorld, async (given) => {
        await Effect.runPromise(control.replace(given))
        const first = await exported()
        expect(mistakes(first)).toEqual([])
        expect(first).toMatchObject({
          ...given,
          relationships: given.relationships.map((it) => ({
            retweets: true,
            notifications: false,
            ...it,
          })),
          // Only the order of each user's own blocks can be seen.
          blocks: given.blocks.toSorted((one, other) =>
            one.source < other.source ? -1 : one.source > other.source ? 1 : 0,
          ),
          limits: given.limits ?? "x",
        })
        await Effect.runPromise(control.replace(first))
        expect(await exported()).toEqual(first)
      }),
      { numRuns: 60 },
    )
  })

  test("keeps the order of every list", async () => {
    await using sandbox = await Sandbox.start()
    const { control } = sandbox
    const users = Array.from({ length: 40 }, (_, index) => ({
      id: String(1000 - index),
      username: `user${index}`,
      name: "",
    }))
    const given = Result.getOrThrow(
      WorldFile.decode({
        apps: [],
        users,
        tokens: [],
        relationships: users.flatMap(({ username: source }, index) =>
          [7, 3, 11].map((step) => ({
            source,
            target: users[(index + step) % users.length]?.username,
            state: "following",
          })),
        ),
        blocks: [],
        limits: "none",
      }),
    )
    await Effect.runPromise(control.replace(given))
    const lists = () =>
      Effect.runPromise(
        Effect.forEach(given.users, ({ id }) =>
          Effect.map(control.world().relationships.followers(id), ({ entries }) =>
            entries.map(({ user }) => user),
          ),
        ),
      )
    const before = await lists()
    await Effect.runPromise(Effect.flatMap(exportWorld(control.world()), control.replace))
    expect(await lists()).toEqual(before)
  })
})
