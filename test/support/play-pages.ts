/** Walks through lists with a client: to the end and back, while edges come and go and while not. */
import { expect, test } from "vitest"
import type { Driver } from "./client.ts"
import type { List, Page } from "./pages.ts"
import { latecomers, me, members, oauth2Of, people, type Person } from "./story-world.ts"

const size = 4
const newestFirst = members.map(({ id }) => id).toReversed()

/** Pages that a walk came across, in the order in which it did. */
type Walk = ReadonlyArray<Page>

/** Goes on in one direction until there is nothing more; `between` happens after each page. */
const walk = async (
  driver: Driver,
  list: List,
  of: Person,
  direction: "next" | "previous",
  from: Page | undefined,
  between: () => Promise<void> = () => Promise.resolve(),
): Promise<Walk> => {
  const walked: Array<Page> = []
  let at = from?.[direction]
  while (walked.length === 0 ? from === undefined || at !== undefined : at !== undefined) {
    // The next page is known from the one before it.
    const page = await driver.page(list, of, { size, at })
    expect(page.ids.length).toBeLessThanOrEqual(size)
    walked.push(page)
    at = page[direction]
    await between()
  }
  return walked
}

/** Everybody on the pages of a walk, newest first. */
const ids = (walked: Walk, direction: "next" | "previous"): ReadonlyArray<string> =>
  (direction === "next" ? walked : walked.toReversed()).flatMap((page) => page.ids)

/** An edge that comes or goes: somebody else acts, with a token of their own. */
const act = async (url: string, source: Person, target: Person, comes: boolean): Promise<void> => {
  const path = `${url}/2/users/${source.id}/following`
  const authorization = `Bearer ${oauth2Of(source).accessToken}`
  const response = comes
    ? await fetch(path, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ target_user_id: target.id }),
      })
    : await fetch(`${path}/${target.id}`, { method: "DELETE", headers: { authorization } })
  expect(response.status).toBe(200)
}

/** One newcomer and one who leaves, after every page; those who leave do so in this order. */
const unrest = (url: string, list: List, leavers: ReadonlyArray<Person>) => {
  let turn = 0
  return async (): Promise<void> => {
    const edge = (other: Person): readonly [Person, Person] =>
      list === "followers" ? [other, people.hub] : [me, other]
    const [newcomer, leaver] = [latecomers[turn], leavers[turn]]
    turn += 1
    if (newcomer !== undefined) await act(url, ...edge(newcomer), true)
    if (leaver !== undefined) await act(url, ...edge(leaver), false)
  }
}

/** Declares the tests. */
export const playPages = (driver: () => Driver, url: () => string): void => {
  const lists: ReadonlyArray<readonly [List, Person]> = [
    ["followers", people.hub],
    ["following", me],
  ]
  for (const [list, of] of lists) {
    test(`pages through ${list} to the end and back`, async () => {
      const there = await walk(driver(), list, of, "next", undefined)
      expect(there).toHaveLength(4)
      expect(ids(there, "next")).toEqual(newestFirst)
      expect(there[0]?.previous).toBeUndefined()
      const back = await walk(driver(), list, of, "previous", there.at(-1))
      expect(back.map((page) => page.ids)).toEqual(
        there
          .slice(0, -1)
          .toReversed()
          .map((page) => page.ids),
      )
    })

    test(`pages through ${list} while edges come and go, and nobody who stays is skipped or repeated`, async () => {
      // Newest first these are 13, 12 … 0: on a page that was read, at its edge, and on pages to come.
      const leavers = [5, 12, 6, 1, 9, 3].flatMap((index) => members[index] ?? [])
      const gone = new Set(leavers.map(({ id }) => id))
      const stayed = newestFirst.filter((id) => !gone.has(id))
      const between = unrest(url(), list, leavers)

      const there = await walk(driver(), list, of, "next", undefined, between)
      const seen = ids(there, "next")
      expect(there.length).toBeGreaterThanOrEqual(3)
      expect(new Set(seen).size).toBe(seen.length)
      expect(seen.filter((id) => stayed.includes(id))).toEqual(stayed)

      const back = await walk(driver(), list, of, "previous", there.at(-1), between)
      const again = ids(back, "previous")
      const left = new Set(there.at(-1)?.ids)
      expect(back.length).toBeGreaterThanOrEqual(3)
      expect(new Set(again).size).toBe(again.length)
      expect(again.filter((id) => stayed.includes(id))).toEqual(
        stayed.filter((id) => !left.has(id)),
      )
    })
  }
}
