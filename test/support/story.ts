/**
 * The story that every client plays, as data: what is done, what the client is told, and what is
 * true afterwards. `play-story.ts` plays it with a driver; what a driver cannot do, it leaves out.
 */
import { me, nobody, people, type Person } from "./story-world.ts"

/** What a client is told about its relationship to somebody. */
export interface Seen {
  readonly following: boolean
  readonly pending: boolean
}

/** The preferences of a follow, under the core's names. */
export interface Flags {
  readonly retweets: boolean
  readonly notifications: boolean
}

/** A refusal, as far as a client reads it. */
export interface Refusal {
  readonly status?: number
  readonly code?: number
  readonly title?: string
  readonly says?: string
}

export type Surface = "v1.1" | "v2"

/** What clients do. `tune` names only the flags that it sets. */
export type Deed =
  | { readonly do: "follow"; readonly whom: Person; readonly notifications?: boolean }
  | { readonly do: "unfollow"; readonly whom: Person }
  | { readonly do: "tune"; readonly whom: Person; readonly flags: Partial<Flags> }
  | { readonly do: "list"; readonly of: Person }

/**
 * - A deed with what the client is `told`, or how it is `refused` on either surface.
 * - `sees`, `flags`, `asked`: what the client reads back: the relationship, its preferences, and whom
 *   the teller asked and got no answer from yet.
 * - `true`: what the control API says.
 * - `control`: what the other side, or the world, does.
 */
export type Step =
  | (Deed & { readonly told: Seen })
  | (Deed & { readonly refused: Readonly<Partial<Record<Surface, Refusal>>> })
  | (Extract<Deed, { do: "tune" }> & { readonly toldFlags: Flags })
  | { readonly sees: Person; readonly as: Seen }
  | { readonly flags: Person; readonly are: Flags }
  | { readonly asked: ReadonlyArray<Person> }
  | { readonly true: Person; readonly is: "none" | "pending" | "following"; readonly with?: Flags }
  | { readonly control: string; readonly method?: string; readonly body?: unknown }

/** A chapter needs deeds that not every client can do, and may be told on one surface `only`. */
export interface Chapter {
  readonly title: string
  readonly only?: Surface
  readonly needs: ReadonlyArray<Deed["do"]>
  readonly steps: ReadonlyArray<Step>
}

const { open, guarded, suspended, blocker, neighbour } = people
const stranger: Seen = { following: false, pending: false }
const following: Seen = { following: true, pending: false }
const pending: Seen = { following: false, pending: true }
const usual: Flags = { retweets: true, notifications: false }

const request = (what: "approve" | "deny"): Step => ({
  control: `requests/${me.id}/${guarded.id}/${what}`,
})

const tuning = (whom: Person): ReadonlyArray<Step> =>
  [
    [{ notifications: true }, { retweets: true, notifications: true }],
    [{ retweets: false }, { retweets: false, notifications: true }],
    [{ notifications: false }, { retweets: false, notifications: false }],
    [{ retweets: true }, usual],
    [{}, usual],
  ].flatMap(([flags = {}, after = usual]) => {
    const toldFlags: Flags = { ...usual, ...after }
    return [
      { do: "tune", whom, flags, toldFlags } as const,
      { flags: whom, are: toldFlags },
      { true: whom, is: whom === guarded ? "pending" : "following", with: toldFlags } as const,
    ]
  })

/** Refusals with the same words on both surfaces, in the form of each. */
const refusal = (status: number, code: number, says: string): Record<Surface, Refusal> => ({
  "v1.1": { status, code, says },
  v2: { status, title: "Forbidden" },
})

const refusedFollow = (
  title: string,
  whom: Person,
  refused: Readonly<Record<Surface, Refusal>>,
): Chapter => ({
  title: `is refused to follow ${title}`,
  needs: ["follow"],
  steps: [{ do: "follow", whom, refused }],
})

export const chapters: ReadonlyArray<Chapter> = [
  {
    title: "follows a public account, once and again, and leaves it, once and again",
    needs: ["follow", "unfollow"],
    steps: [
      { sees: open, as: stranger },
      { do: "follow", whom: open, told: following },
      { true: open, is: "following", with: usual },
      { sees: open, as: following },
      { do: "follow", whom: open, told: following },
      { true: open, is: "following", with: usual },
      { true: neighbour, is: "none" },
      { do: "unfollow", whom: open, told: stranger },
      { true: open, is: "none" },
      { sees: open, as: stranger },
      { do: "unfollow", whom: open, told: stranger },
      { true: open, is: "none" },
    ],
  },
  {
    title: "asks a protected account, sees the request pending, is approved and leaves",
    needs: ["follow", "unfollow"],
    steps: [
      { do: "follow", whom: guarded, told: pending },
      { true: guarded, is: "pending", with: usual },
      { sees: guarded, as: pending },
      { asked: [guarded] },
      request("approve"),
      { true: guarded, is: "following", with: usual },
      { sees: guarded, as: following },
      { asked: [] },
      { do: "follow", whom: guarded, told: following },
      { do: "unfollow", whom: guarded, told: stranger },
      { true: guarded, is: "none" },
    ],
  },
  {
    title: "is denied by a protected account, asks again and withdraws",
    needs: ["follow", "unfollow"],
    steps: [
      { do: "follow", whom: guarded, told: pending },
      request("deny"),
      { sees: guarded, as: stranger },
      { asked: [] },
      { do: "follow", whom: guarded, told: pending },
      { do: "unfollow", whom: guarded, told: stranger },
      { true: guarded, is: "none" },
      { asked: [] },
    ],
  },
  {
    title: "follows with notifications, and without again after leaving",
    needs: ["follow", "unfollow", "tune"],
    steps: [
      { do: "follow", whom: open, notifications: true, told: following },
      { flags: open, are: { retweets: true, notifications: true } },
      { do: "unfollow", whom: open, told: stranger },
      { flags: open, are: { retweets: false, notifications: false } },
      { do: "follow", whom: open, told: following },
      { flags: open, are: usual },
    ],
  },
  {
    title: "sets each flag of a follow alone, and the other does not move",
    needs: ["follow", "tune"],
    steps: [{ do: "follow", whom: open, told: following }, ...tuning(open)],
  },
  {
    title: "sets each flag of a request alone, and they hold when it is approved",
    needs: ["follow", "tune"],
    steps: [
      { do: "follow", whom: guarded, told: pending },
      ...tuning(guarded),
      {
        do: "tune",
        whom: guarded,
        flags: { retweets: false },
        toldFlags: { ...usual, retweets: false },
      },
      request("approve"),
      { true: guarded, is: "following", with: { retweets: false, notifications: false } },
      { flags: guarded, are: { retweets: false, notifications: false } },
    ],
  },
  {
    title: "cannot set the flags of an account that it does not follow",
    needs: ["tune"],
    steps: [
      {
        do: "tune",
        whom: open,
        flags: { retweets: false },
        refused: { "v1.1": { status: 403 } },
      },
      { true: open, is: "none" },
    ],
  },
  {
    title: "asks a second time before there is an answer, and is told so",
    only: "v1.1",
    needs: ["follow"],
    steps: [
      { do: "follow", whom: guarded, told: pending },
      {
        do: "follow",
        whom: guarded,
        refused: {
          "v1.1": {
            status: 403,
            code: 160,
            says: "You've already requested to follow quietbirch.",
          },
        },
      },
      { true: guarded, is: "pending", with: usual },
    ],
  },
  {
    title: "asks a second time before there is an answer, and nothing happens",
    only: "v2",
    needs: ["follow"],
    steps: [
      { do: "follow", whom: guarded, told: pending },
      { do: "follow", whom: guarded, told: pending },
      { true: guarded, is: "pending", with: usual },
    ],
  },
  refusedFollow("itself", me, refusal(403, 158, "You can't follow yourself.")),
  refusedFollow(
    "an account that blocks it",
    blocker,
    refusal(
      403,
      162,
      "You have been blocked from following this account at the request of the user.",
    ),
  ),
  refusedFollow("a suspended account", suspended, {
    "v1.1": { status: 403, code: 159 },
    v2: { status: 403, title: "Forbidden" },
  }),
  refusedFollow("an account that does not exist", nobody, {
    "v1.1": { status: 403, code: 108, says: "Cannot find specified user." },
    v2: {
      title: "Not Found Error",
      says: `Could not find user with target_user_id: [${nobody.id}].`,
    },
  }),
  {
    title: "cannot leave an account that does not exist",
    only: "v1.1",
    needs: ["unfollow"],
    steps: [
      {
        do: "unfollow",
        whom: nobody,
        refused: { "v1.1": { status: 404, code: 34, says: "Sorry, that page does not exist." } },
      },
    ],
  },
  {
    title: "does not see the followers of a protected account before it is one",
    needs: ["follow", "list"],
    steps: [
      {
        do: "list",
        of: guarded,
        refused: {
          "v1.1": { status: 401, says: "Not authorized." },
          v2: { title: "Authorization Error" },
        },
      },
      { do: "follow", whom: guarded, told: pending },
      request("approve"),
      { do: "list", of: guarded, told: following },
    ],
  },
  {
    title: "loses a follow when it is blocked, and may come back after that",
    needs: ["follow"],
    steps: [
      { do: "follow", whom: open, told: following },
      { method: "PUT", control: `blocks/${open.id}/${me.id}` },
      { true: open, is: "none" },
      { sees: open, as: stranger },
      { method: "DELETE", control: `blocks/${open.id}/${me.id}` },
      { do: "follow", whom: open, told: following },
    ],
  },
]
