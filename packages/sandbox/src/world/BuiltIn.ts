/**
 * The world that a sandbox begins with when it is given none: one app, four users, nobody follows
 * anybody.
 *
 * `happycamper` and `TwitterDev` have the ids of X's own documentation. The credentials have the form
 * of X's, open nothing but a sandbox, and are the same everywhere, so that examples can be pasted.
 *
 * @since 0.1.0
 */
import { UserId } from "@kith/core"
import type { World } from "./World.ts"

/** Every scope that the sandbox knows. */
const scopes = [
  "tweet.read",
  "users.read",
  "follows.read",
  "follows.write",
  "block.read",
  "block.write",
  "mute.read",
  "mute.write",
  "dm.read",
  "dm.write",
  "offline.access",
]

const app = "Kith example app"

/** All tokens of a user, told apart by a word that is the same in each. */
const tokens = (user: string, id: string, word: string): World["tokens"][number] => ({
  user,
  app,
  oauth1: {
    token: `${id}-kithExample${word}AccessToken00000000000`,
    secret: `kithExample${word}AccessTokenSecret0000000000000`,
  },
  oauth2: {
    accessToken: `a2l0aEV4YW1wbGVBY2Nlc3NUb2tlbg${word}OjE6MTphdDox`,
    refreshToken: `a2l0aEV4YW1wbGVSZWZyZXNoVG9rZW4${word}OjE6MTpydDox`,
    scopes,
  },
})

/**
 * | user | is |
 * | --- | --- |
 * | `happycamper`, `TwitterDev`, `riverotter` | public |
 * | `quietbirch` | protected: a follow becomes a request; its id is above 2^53 |
 *
 * @category constructors
 * @since 0.1.0
 */
export const builtIn: World = {
  apps: [
    {
      name: app,
      consumerKey: "kithExampleConsumerKey000",
      consumerSecret: "kithExampleConsumerSecret0000000000000000000000000",
      bearerToken:
        "AAAAAAAAAAAAAAAAAAAAAKithExampleAppOnlyBearerToken%2B00000000000%3D0000000000000000000000000000000000000000",
      clientId: "a2l0aEV4YW1wbGVDbGllbnRJZDox",
      clientSecret: "kithExampleClientSecret_00000000000000000000000000",
      callbackUrls: [
        "http://127.0.0.1:3000/callback",
        "http://localhost:3000/callback",
        // Where `kith login` waits.
        "http://127.0.0.1:8739/callback",
      ],
      permissions: "read-write",
    },
  ],
  users: [
    {
      id: UserId.make("63046977"),
      username: "happycamper",
      name: "Happy Camper",
      description: "Follows people. Try it.",
      createdAt: "2009-08-05T02:09:12.000Z",
    },
    {
      id: UserId.make("2244994945"),
      username: "TwitterDev",
      name: "Developers",
      description: "The account that X's own examples follow.",
      location: "127.0.0.1",
      url: "https://example.com/dev",
      verified: true,
      createdAt: "2013-12-14T04:35:55.000Z",
      pinnedPost: { id: "1255542774432063488", text: "Everything here happens on your machine." },
    },
    {
      id: UserId.make("1354143047324299264"),
      username: "quietbirch",
      name: "Quiet Birch",
      protected: true,
      description: "Approves followers one by one.",
      createdAt: "2021-01-26T19:01:48.000Z",
    },
    {
      id: UserId.make("1203944556"),
      username: "riverotter",
      name: "River Otter",
      createdAt: "2013-02-25T21:44:05.000Z",
    },
  ],
  tokens: [
    tokens("happycamper", "63046977", "Happycamper"),
    tokens("TwitterDev", "2244994945", "TwitterDev0"),
    tokens("quietbirch", "1354143047324299264", "Quietbirch0"),
    tokens("riverotter", "1203944556", "Riverotter0"),
  ],
  relationships: [],
  blocks: [],
}
