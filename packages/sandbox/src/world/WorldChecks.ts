/**
 * The rules of a world file that concern several places at once: what has to be unique is, and every
 * name is one that the file declares.
 *
 * They look at the file as it was written, also where it has other mistakes, so that one reading
 * finds all of them.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Limits from "./Limits.ts"
import * as Mistake from "./Mistake.ts"

type Path = ReadonlyArray<PropertyKey>

/** A text somewhere in the file. */
interface Found {
  readonly at: Path
  readonly text: string
}

const member = (value: unknown, key: string): unknown =>
  Predicate.hasProperty(value, key) && Object.hasOwn(value, key) ? value[key] : undefined

const elements = (input: unknown, section: string): ReadonlyArray<readonly [Path, unknown]> => {
  const list = member(input, section)
  return Array.isArray(list) ? list.map((element, index) => [[section, index], element]) : []
}

/** The texts at a path below each element of a section; what is no text is another mistake. */
const texts = (input: unknown, section: string, ...keys: ReadonlyArray<string>): Array<Found> =>
  elements(input, section).flatMap(([at, element]) => {
    const text = keys.reduce(member, element)
    return typeof text === "string" ? [{ at: [...at, ...keys], text }] : []
  })

const lower = (text: string): string => text.toLowerCase()

/** Each text that was there before, by the place where it was first. */
const duplicates = (
  found: ReadonlyArray<Found>,
  what: string,
  normal: (text: string) => string = (text) => text,
): ReadonlyArray<Mistake.Mistake> => {
  const first = new Map<string, Path>()
  return found.flatMap(({ at, text }) => {
    const before = first.get(normal(text))
    if (before !== undefined) return [Mistake.at(at, `the same ${what} as ${Mistake.path(before)}`)]
    first.set(normal(text), at)
    return []
  })
}

const unknown = (
  found: ReadonlyArray<Found>,
  known: ReadonlySet<string>,
  what: string,
  normal: (text: string) => string = (text) => text,
): ReadonlyArray<Mistake.Mistake> =>
  found
    .filter(({ text }) => !known.has(normal(text)))
    .map(({ at, text }) =>
      Mistake.at(at, `no ${what} of this world is called ${JSON.stringify(text)}`),
    )

interface Pair {
  readonly at: Path
  readonly source: string
  readonly target: string
}

const pairs = (input: unknown, section: string): ReadonlyArray<Pair> =>
  elements(input, section).flatMap(([at, element]) => {
    const source = member(element, "source")
    const target = member(element, "target")
    return typeof source === "string" && typeof target === "string"
      ? [{ at, source: lower(source), target: lower(target) }]
      : []
  })

// A username has no space, so that two of them make one key.
const key = (source: string, target: string): string => `${source} ${target}`

const pairMistakes = (input: unknown, section: string): ReadonlyArray<Mistake.Mistake> => {
  const all = pairs(input, section)
  return [
    ...all
      .filter(({ source, target }) => source === target)
      .map(({ at }) => Mistake.at([...at, "target"], "source and target are the same user")),
    ...duplicates(
      all.map(({ at, source, target }) => ({ at, text: key(source, target) })),
      "pair of users",
    ),
  ]
}

const blockedPairs = (input: unknown): ReadonlyArray<Mistake.Mistake> => {
  const blocks = new Map(
    pairs(input, "blocks").flatMap(({ at, source, target }) => [
      [key(source, target), at] as const,
      [key(target, source), at] as const,
    ]),
  )
  return pairs(input, "relationships").flatMap(({ at, source, target }) => {
    const block = blocks.get(key(source, target))
    return block === undefined
      ? []
      : [Mistake.at(at, `a block stands between these users, see ${Mistake.path(block)}`)]
  })
}

const limitMistakes = (input: unknown): ReadonlyArray<Mistake.Mistake> => {
  const limits = member(input, "limits")
  if (!Predicate.isObject(limits)) return []
  return Object.keys(limits).flatMap((endpoint) => [
    ...(Object.hasOwn(Limits.x, endpoint)
      ? []
      : [Mistake.at(["limits", endpoint], "no endpoint with limits is called so")]),
    ...["user", "app"].flatMap((side) => {
      const list = member(member(limits, endpoint), side)
      const names = (Array.isArray(list) ? list : []).map((limit: unknown, index) => ({
        at: ["limits", endpoint, side, index, "name"],
        text: member(limit, "name"),
      }))
      return duplicates(
        names.flatMap(({ at, text }) => (typeof text === "string" ? [{ at, text }] : [])),
        "name",
      )
    }),
  ])
}

/**
 * Everything that is wrong between the parts of a world file.
 *
 * - Ids, usernames (whatever their case), apps' names and keys, and tokens are each given once.
 * - Tokens name users and apps of the world; relationships and blocks two different users of it.
 * - A pair of users has one relationship at most, one block at most, and not both, in either
 *   direction.
 * - Limits name endpoints that can have limits, and each limit of an endpoint has a name of its own.
 *
 * @category operations
 * @since 0.1.0
 */
export const crossCheck = (input: unknown): ReadonlyArray<Mistake.Mistake> => {
  const usernames = texts(input, "users", "username")
  const appNames = texts(input, "apps", "name")
  const users = new Set(usernames.map(({ text }) => lower(text)))
  const apps = new Set(appNames.map(({ text }) => text))
  const usersNamed = [
    ...texts(input, "tokens", "user"),
    ...["relationships", "blocks"].flatMap((section) => [
      ...texts(input, section, "source"),
      ...texts(input, section, "target"),
    ]),
  ]
  return [
    ...duplicates(texts(input, "users", "id"), "id"),
    ...duplicates(usernames, "username", lower),
    ...duplicates(appNames, "name"),
    ...duplicates(texts(input, "apps", "consumerKey"), "consumer key"),
    ...duplicates(texts(input, "apps", "clientId"), "client id"),
    ...duplicates(texts(input, "tokens", "oauth1", "token"), "token"),
    // A bearer token says neither what it is nor whose, and so all of them share one space.
    ...duplicates(
      [...texts(input, "apps", "bearerToken"), ...texts(input, "tokens", "oauth2", "accessToken")],
      "bearer token",
    ),
    ...duplicates(texts(input, "tokens", "oauth2", "refreshToken"), "refresh token"),
    ...unknown(usersNamed, users, "user", lower),
    ...unknown(texts(input, "tokens", "app"), apps, "app"),
    ...pairMistakes(input, "relationships"),
    ...pairMistakes(input, "blocks"),
    ...blockedPairs(input),
    ...limitMistakes(input),
  ]
}
