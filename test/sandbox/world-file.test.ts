/** World files: what is accepted, and where each mistake is found. */
import { Result } from "effect"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import * as Limits from "../../packages/sandbox/src/world/Limits.ts"
import * as WorldFile from "../../packages/sandbox/src/world/WorldFile.ts"
import { app, mistakes, world } from "./world-support.ts"

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
