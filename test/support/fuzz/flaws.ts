/**
 * What can be wrong with a request, or odd. A flaw changes a sound request and says what that makes of
 * it.
 */
import type { Pairs } from "../signing.ts"
import type { Act, Cast, Draft } from "./act.ts"
import { always, type Flaw, type Verdict } from "./flaw.ts"
import { bodyFlaws } from "./flaws-body.ts"
import { wireFlaws } from "./flaws-wire.ts"
import { main, places } from "./world.ts"

const writes = (act: Act): boolean => act.intent !== undefined
const isApi = ({ surface }: Act): boolean => surface === "v2" || surface === "v1.1"

const malformedIds: ReadonlyArray<string> = [
  "",
  "12345678901234567890",
  "+63046977",
  "-1",
  " 63046977",
  "63046977 ",
  "６３０４６９７７",
  "٦٣٠٤٦٩٧٧",
  "6304x977",
  "0x3c20681",
  "6.3046977e7",
  "63046977\0",
  "63046977\n",
  "null",
  "true",
  "__proto__",
  "constructor",
  "..",
  "../me",
  "%",
  "é",
]

const nobodys: ReadonlyArray<string> = [
  "0",
  "00063046977",
  "9007199254740992",
  "9223372036854775808",
  "9999999999999999999",
]

const idFlaws: Readonly<Record<string, Flaw>> = Object.fromEntries(
  (["actorId", "targetId"] as const).flatMap((member) => {
    const says = (id: string) => (): Partial<Cast> => ({ [member]: id, named: false })
    // Not every request says both.
    const matters = (act: Act, cast: Cast): boolean => {
      const said = (id: string) => JSON.stringify(act.draft({ ...cast, [member]: id }))
      return writes(act) && said("1") !== said("2")
    }
    return [
      ...malformedIds.map((id): readonly [string, Flaw] => [
        `${member} ${JSON.stringify(id)}`,
        {
          cast: says(id),
          verdict: (act, _, cast) => (id !== "" && matters(act, cast) ? "refused" : "either"),
        },
      ]),
      ...nobodys.map((id): readonly [string, Flaw] => [
        `${member} ${id}, which nobody has`,
        {
          cast: says(id),
          // Leaving or unmuting nobody may be a success.
          verdict: (act, { method }, cast) =>
            matters(act, cast) && method !== "DELETE" ? "refused" : "either",
        },
      ]),
    ]
  }),
)

const more =
  (...pairs: Pairs) =>
  ({ query }: Draft): Partial<Draft> => ({ query: [...query, ...pairs] })

const replaced =
  (name: string, value: string) =>
  ({ query }: Draft): Partial<Draft> => ({
    query: [...query.filter(([key]) => key !== name), [name, value]],
  })

/** v2 is strict about its query, v1.1 lenient. */
const strictness = ({ surface }: Act): Verdict =>
  surface === "v2" ? "refused" : surface === "v1.1" ? "sound" : "either"

const inLists = ({ list, surface }: Act): boolean => list === true && surface === "v2"
const inCursors = ({ list, surface }: Act): boolean => list === true && surface === "v1.1"
const refused = { verdict: always("refused") }

const queryFlaws: Readonly<Record<string, Flaw>> = {
  "an unknown parameter": { draft: more(["foo", "bar"]), verdict: strictness },
  "a parameter called __proto__": { draft: more(["__proto__", "1"]), verdict: strictness },
  "a parameter without a name": { draft: more(["", "1"]), verdict: always("either") },
  "a parameter twice": {
    fits: (act, { query }) => act.surface === "v2" && query.length > 0,
    draft: ({ query }) => ({ query: [...query, ...query] }),
    ...refused,
  },
  "a parameter with two values": {
    fits: (act, { query }) => writes(act) && act.surface === "v1.1" && query.length > 0,
    draft: more(["user_id", "1"], ["user_id", "2"]),
    ...refused,
  },
  "no parameters": {
    fits: (act, { query }) => act.surface === "v1.1" && writes(act) && query.length > 0,
    draft: () => ({ query: [] }),
    ...refused,
  },
  "a broken escape": { fits: isApi, draft: () => ({ raw: "x=%zz" }), ...refused },
  "an escape that is not UTF-8": { fits: isApi, draft: () => ({ raw: "x=%ff" }), ...refused },
  "an escaped NUL": { draft: more(["x", "\0"]), verdict: strictness },
  "an empty query": { draft: () => ({ raw: "" }), verdict: always("sound") },
  "nothing but ampersands": { draft: () => ({ raw: "&&&" }), verdict: always("either") },
  "an unknown field": { fits: inLists, draft: replaced("user.fields", "id,secrets"), ...refused },
  "no field": { fits: inLists, draft: replaced("user.fields", ""), ...refused },
  "an unknown expansion": { fits: inLists, draft: replaced("expansions", "owner"), ...refused },
  ...Object.fromEntries(
    ["0", "1001", "-1", "ten", "１０", "1e1", "10.0", " 10", ""].map((count): [string, Flaw] => [
      `max_results=${count}`,
      { fits: inLists, draft: replaced("max_results", count), ...refused },
    ]),
  ),
  ...Object.fromEntries(
    [
      "x",
      "AAAAAAAAAAAAAAAA",
      "5CS0O0C6II61EZZZ",
      "0000000000000ZZZ",
      "",
      "é",
      "-1",
      "9".repeat(999),
    ].map((token): [string, Flaw] => [
      `a page that was never given out, ${token.slice(0, 20)}`,
      { fits: inLists, draft: replaced("pagination_token", token), ...refused },
    ]),
  ),
  ...Object.fromEntries(
    ["x", "1", "-2", "12345678901234567890", "1e3", "9".repeat(999)].map(
      (cursor): [string, Flaw] => [
        `a cursor that was never given out, ${cursor.slice(0, 20)}`,
        { fits: inCursors, draft: replaced("cursor", cursor), ...refused },
      ],
    ),
  ),
  "a page of another list": {
    fits: inLists,
    draft: replaced("pagination_token", places.page),
    verdict: (_, { path }) =>
      path === `/2/users/${places.owner.id}/followers` ? "either" : "refused",
  },
  "a cursor of another list": {
    fits: inCursors,
    draft: replaced("cursor", places.cursor),
    verdict: (_, { path, query }) =>
      path.startsWith("/1.1/followers/") &&
      query.some(([, value]) => value === places.owner.id || value === places.owner.username)
        ? "either"
        : "refused",
  },
  "somebody's secrets": {
    draft: more(["access_token", main.bearerToken], ["client_secret", main.clientSecret]),
    verdict: strictness,
  },
  "a hundred and one ids": {
    fits: (_, { path }) => path === "/2/users",
    draft: replaced("ids", Array.from({ length: 101 }, (_, index) => index + 1).join()),
    ...refused,
  },
  "an id too few": {
    fits: (_, { path }) => path === "/2/users",
    draft: replaced("ids", "63046977,,783214"),
    ...refused,
  },
  "no ids": {
    fits: (_, { path }) => path === "/2/users",
    draft: () => ({ query: [] }),
    ...refused,
  },
  "a value of 4,000 letters": { draft: more(["x", "x".repeat(4_000)]), verdict: strictness },
}

/** Every flaw by its name, which says what is wrong, in groups of those that exclude each other. */
export const flawGroups: Readonly<Record<string, Readonly<Record<string, Flaw>>>> = {
  ids: idFlaws,
  query: queryFlaws,
  body: bodyFlaws,
  wire: wireFlaws,
}
