/** What a client is told when it has no limit left, bad credentials, or none of a user. */
import { describe, expect, test } from "vitest"
import type { Control } from "./control.ts"
import { type Client, mine, readable, refusalOf } from "./client.ts"
import type { Refusal, Surface } from "./story.ts"
import { appOnly, forged, members, people } from "./story-world.ts"

const badToken: Record<Surface, Refusal> = {
  "v1.1": { status: 401, code: 89, says: "Invalid or expired token." },
  v2: { status: 401, title: "Unauthorized", says: "Unauthorized" },
}

const notForApps: Record<Surface, Refusal> = {
  "v1.1": {
    status: 403,
    code: 220,
    says: "Your credentials do not allow access to this resource.",
  },
  v2: { status: 403, title: "Unsupported Authentication" },
}

const noneLeft: Record<Surface, Refusal> = {
  "v1.1": { status: 429, code: 88, says: "Rate limit exceeded" },
  v2: { status: 429, title: "Too Many Requests", says: "Too Many Requests" },
}

/** How often a list may be read in a quarter of an hour. */
const reads = 15
const quarter = 900

/** Declares the tests. */
export const playLimits = (client: Client, control: () => Control): void => {
  describe("at the limits", () => {
    for (const kind of client.kinds) {
      const credentials = kind === "app" ? appOnly : mine(kind)

      test(`has ${reads} readings of a list by ${kind}, and again when the window is over`, async () => {
        const driver = client.connect(control().url, credentials)
        const read = () => driver.page("followers", people.hub, { size: 5 })
        const before = Math.floor(Date.now() / 1000)
        for (let index = 0; index < reads; index++) {
          // Counted one after another.
          expect((await read()).ids).toHaveLength(5)
        }
        const { standing, ...refusal } = await refusalOf(driver, read())
        expect(refusal).toMatchObject(readable(client, noneLeft[client.surface]))
        expect(standing).toMatchObject({ limit: reads, remaining: 0 })
        expect(standing?.reset).toBeGreaterThanOrEqual(before + quarter)
        expect(standing?.reset).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000) + quarter)

        await control().call("POST", "clock", { advanceSeconds: quarter })
        expect((await read()).ids).toHaveLength(5)
        await control().call("POST", "reset")
      })

      test(`is refused with a token that was never given out, by ${kind}`, async () => {
        const driver = client.connect(control().url, forged(kind))
        const refusal = await refusalOf(driver, driver.page("followers", people.hub, { size: 5 }))
        expect(refusal).toMatchObject(readable(client, badToken[client.surface]))
      })
    }

    if (client.kinds.includes("app")) {
      test("reads lists as an app on its own", async () => {
        const driver = client.connect(control().url, appOnly)
        const { ids } = await driver.page("followers", people.hub, { size: 3 })
        expect(ids).toEqual(
          members
            .slice(-3)
            .toReversed()
            .map(({ id }) => id),
        )
      })

      if (client.refusesApps !== "itself") {
        test("cannot follow as an app on its own", async () => {
          const driver = client.connect(control().url, appOnly)
          const refusal = await refusalOf(driver, Promise.resolve(driver.follow?.(people.open)))
          expect(refusal).toMatchObject(readable(client, notForApps[client.surface]))
        })
      }
    }
  })
}
