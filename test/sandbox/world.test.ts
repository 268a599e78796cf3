/** World files: what is accepted, where each mistake is found, and the way there and back. */
import { Result } from "effect"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import { exportWorld } from "../../packages/sandbox/src/world/Export.ts"
import * as JsonText from "../../packages/sandbox/src/world/JsonText.ts"
import * as Limits from "../../packages/sandbox/src/world/Limits.ts"
import type { World } from "../../packages/sandbox/src/world/World.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import * as Sandbox from "../../packages/sandbox/src/Sandbox.ts"

const app = {
  name: "app",
  consumerKey: "key",
  consumerSecret: "secret",
  bearerToken: "bearer",
  clientId: "client",
  callbackUrls: ["http://127.0.0.1/callback", "myapp://callback", "oob"],
  permissions: "read-write",
}

const world = {
  apps: [app],
  users: [
    { id: "1", username: "ada", name: "Ada" },
    { id: "2", username: "Bob", name: "Bob", protected: true },
    { id: "3", username: "cy", name: "Cy" },
  ],
  tokens: [{ user: "ADA", app: "app", oauth2: { accessToken: "one", scopes: ["users.read"] } }],
  relationships: [{ source: "ada", target: "bob", state: "pending", notifications: true }],
  blocks: [{ source: "cy", target: "ada" }],
}

const mistakes = (input: unknown): ReadonlyArray<string> =>
  Result.match(WorldFile.decode(input), {
    onFailure: (list) => list.map(WorldFile.explain),
    onSuccess: () => [],
  })

const parsed = (text: string): ReadonlyArray<string> =>
  Result.match(WorldFile.parse(new TextEncoder().encode(text)), {
    onFailure: (list) => list.map(WorldFile.explain),
    onSuccess: () => [],
  })

describe("decode", () => {
  test("accepts a world whose parts fit together", () => {
    expect(mistakes(world)).toEqual([])
  })

  test("accepts the built-in world, and a world with nothing in it", () => {
    expect(mistakes(builtIn)).toEqual([])
    expect(mistakes({ apps: [], users: [], tokens: [], relationships: [], blocks: [] })).toEqual([])
  })

  test("accepts limits for every endpoint that has some", () => {
    expect(mistakes({ ...world, limits: Limits.x })).toEqual([])
  })

  test("tells every mistake of form with its path", () => {
    expect(
      mistakes({
        apps: [{ ...app, consumerKey: 1, permissions: "all", callbackUrls: ["no url", 2] }],
        users: [
          { id: "01", username: "a b", name: "x", createdAt: "soon", pinnedPost: { id: "1" } },
          null,
        ],
        tokens: {},
        relationships: [{ source: "ada", target: "bob", state: "maybe" }],
        limits: { followUser: { user: [{ name: "15min", max: -1, seconds: 0.5, per: "day" }] } },
        colour: "blue",
      }).toSorted(),
    ).toEqual(
      [
        "colour: is not known here",
        "apps[0].consumerKey: expected string",
        'apps[0].permissions: expected "read" | "read-write"',
        "apps[0].callbackUrls[0]: expected an absolute URL",
        "apps[0].callbackUrls[1]: expected string",
        "users[0].id: a user id is 1 to 19 digits without a leading zero",
        "users[0].username: a username is 1 to 15 letters, digits or underscores",
        "users[0].createdAt: expected a date and time such as 2013-12-14T04:35:55.000Z",
        "users[0].pinnedPost.text: is missing",
        "users[1]: expected an object",
        "tokens: expected array",
        'relationships[0].state: expected "pending" | "following"',
        'relationships[0].source: no user of this world is called "ada"',
        'relationships[0].target: no user of this world is called "bob"',
        "blocks: is missing",
        "limits.followUser.user[0].max: expected a value greater than or equal to 0",
        "limits.followUser.user[0].seconds: expected an integer",
        'limits.followUser.user[0].per: expected "userAndApp" | "app" | "user"',
      ].toSorted(),
    )
  })

  const wrong: ReadonlyArray<readonly [string, unknown, ReadonlyArray<string>]> = [
    [
      "an id that is given twice",
      { ...world, users: [...world.users, { id: "1", username: "dee", name: "" }] },
      ["users[3].id: the same id as users[0].id"],
    ],
    [
      "a username that is given twice in different case",
      { ...world, users: [...world.users, { id: "4", username: "BOB", name: "" }] },
      ["users[3].username: the same username as users[1].username"],
    ],
    [
      "apps that share name and keys",
      { ...world, apps: [app, { ...app, consumerSecret: "other" }] },
      [
        "apps[1].name: the same name as apps[0].name",
        "apps[1].consumerKey: the same consumer key as apps[0].consumerKey",
        "apps[1].clientId: the same client id as apps[0].clientId",
        "apps[1].bearerToken: the same bearer token as apps[0].bearerToken",
      ],
    ],
    [
      "tokens that are given twice, also an access token that is an app's bearer token",
      {
        ...world,
        tokens: [
          { user: "ada", app: "app", oauth1: { token: "1-x", secret: "s" } },
          { user: "bob", app: "app", oauth1: { token: "1-x", secret: "t" } },
          { user: "bob", app: "app", oauth2: { accessToken: "bearer", scopes: [] } },
          { user: "ada", app: "app", oauth2: { accessToken: "a", refreshToken: "r", scopes: [] } },
          { user: "cy", app: "app", oauth2: { accessToken: "b", refreshToken: "r", scopes: [] } },
        ],
      },
      [
        "tokens[1].oauth1.token: the same token as tokens[0].oauth1.token",
        "tokens[2].oauth2.accessToken: the same bearer token as apps[0].bearerToken",
        "tokens[4].oauth2.refreshToken: the same refresh token as tokens[3].oauth2.refreshToken",
      ],
    ],
    [
      "a token of an unknown user and app",
      { ...world, tokens: [{ user: "dee", app: "App" }] },
      [
        'tokens[0].user: no user of this world is called "dee"',
        'tokens[0].app: no app of this world is called "App"',
      ],
    ],
    [
      "users who follow or block themselves",
      {
        ...world,
        relationships: [{ source: "ada", target: "ADA", state: "following" }],
        blocks: [{ source: "cy", target: "cy" }],
      },
      [
        "relationships[0].target: source and target are the same user",
        "blocks[0].target: source and target are the same user",
      ],
    ],
    [
      "a pair that has two relationships, or two blocks",
      {
        ...world,
        relationships: [
          ...world.relationships,
          { source: "bob", target: "ada", state: "following" },
          { source: "Ada", target: "Bob", state: "following" },
        ],
        blocks: [...world.blocks, ...world.blocks],
      },
      [
        "relationships[2]: the same pair of users as relationships[0]",
        "blocks[1]: the same pair of users as blocks[0]",
      ],
    ],
    [
      "relationships across a block, in both directions",
      {
        ...world,
        relationships: [
          { source: "ada", target: "cy", state: "following" },
          { source: "cy", target: "ada", state: "pending" },
        ],
      },
      [
        "relationships[0]: a block stands between these users, see blocks[0]",
        "relationships[1]: a block stands between these users, see blocks[0]",
      ],
    ],
    [
      "limits for what has none, and two of one name",
      {
        ...world,
        limits: {
          followuser: {},
          "friends/ids": {
            app: [
              { name: "15min", max: 1, seconds: 900, per: "app" },
              { name: "15min", max: 2, seconds: 60, per: "app" },
            ],
          },
        },
      },
      [
        "limits.followuser: no endpoint with limits is called so",
        'limits["friends/ids"].app[1].name: the same name as limits["friends/ids"].app[0].name',
      ],
    ],
    [
      "members that an object has from nowhere",
      { ...world, limits: JSON.parse('{"__proto__":{"user":[]},"constructor":{}}') },
      [
        "limits.__proto__: no endpoint with limits is called so",
        "limits.constructor: no endpoint with limits is called so",
      ],
    ],
  ]
  for (const [what, input, expected] of wrong) {
    test(`refuses ${what}`, () => {
      expect(mistakes(input)).toEqual(expected)
    })
  }

  test("never repeats a value of a member that may be a secret", () => {
    const found = mistakes({
      ...world,
      apps: [{ ...app, consumerSecret: { hunter2: 1 }, bearerToken: "" }],
      tokens: [
        { user: "ada", app: "app", oauth1: { token: "hunter2", secret: 7 } },
        { user: "bob", app: "app", oauth1: { token: "hunter2", secret: "hunter2" } },
      ],
    })
    expect(found.length).toBeGreaterThan(2)
    expect(found.join()).not.toContain("hunter2")
  })

  test("is total: any JSON at all gives a world or mistakes", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const result = WorldFile.decode(value)
        expect(Result.isFailure(result) && result.failure.length > 0).toBe(true)
      }),
    )
  })
})

describe("parse", () => {
  test("accepts a byte order mark, as editors write it", () => {
    expect(parsed(`\ufeff${JSON.stringify(world)}`)).toEqual([])
  })

  test("refuses bytes that are not UTF-8", () => {
    const bytes = Uint8Array.of(0x22, 0xc3, 0x28, 0x22)
    expect(WorldFile.parse(bytes)).toEqual(
      Result.fail([{ path: "", message: "the bytes are not UTF-8" }]),
    )
  })

  test.each([
    ["", "line 1, column 1: expected a value, found the end of the text"],
    ['{"apps": [\n  {"name": "x",}\n]}', 'line 2, column 16: expected a member\'s name, found "}"'],
    ['{"a": tru}', 'line 1, column 7: expected a value, found "t"'],
    ['{"a" 1}', 'line 1, column 6: expected ":", found "1"'],
    ["[1 2]", 'line 1, column 4: expected "," or "]", found "2"'],
    ["[1,]", 'line 1, column 4: expected a value, found "]"'],
    ["[01]", 'line 1, column 2: expected a value, found "0"'],
    ["{}\n\n}", 'line 3, column 1: expected the end of the text, found "}"'],
    ["{'a': 1}", `line 1, column 2: expected a member's name or "}", found "'"`],
    ['{"users": [], "users": []}', 'line 1, column 15: the member "users" is here twice'],
    ['{"a\\u0062": 1, "ab": 2}', 'line 1, column 16: the member "ab" is here twice'],
  ])("says where %j is not JSON", (text, where) => {
    expect(parsed(text)).toEqual([`not JSON: ${where}`])
  })

  test("refuses what is nested too deeply for any world", () => {
    expect(parsed("[".repeat(100_000))).toEqual(["not JSON: line 1, column 65: too deeply nested"])
  })

  test("accepts exactly the texts that JSON.parse accepts", () => {
    const pieces = fc.constantFrom(
      ...Array.from('{}[],: \n"\\-0123eE.+truefalsn'),
      '"a"',
      '"b":',
      "1e5",
      "\\u00e9",
      "true",
      "\u0001",
    )
    const text = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join("")),
    )
    fc.assert(
      fc.property(text, (candidate) => {
        const expected = Result.try(() => JSON.parse(candidate))
        const found = JsonText.parse(candidate)
        if (Result.isSuccess(found)) expect(found).toEqual(expected)
        else if (!found.failure.message.endsWith("is here twice")) {
          expect(Result.isFailure(expected)).toBe(true)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

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
