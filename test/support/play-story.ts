/** Plays the story with a client: one test for each chapter that the client can tell. */
import { Sandbox } from "@kith/sandbox"
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest"
import { control, type Control } from "./control.ts"
import { playLimits } from "./play-limits.ts"
import { type Client, type Driver, mine, readable, refusalOf } from "./client.ts"
import type { Page } from "./pages.ts"
import { playPages } from "./play-pages.ts"
import { chapters, type Deed, type Flags, type Seen, type Step } from "./story.ts"
import { me, world } from "./story-world.ts"

const perform = (driver: Driver, deed: Deed): Promise<Seen | Flags | Page> | undefined => {
  switch (deed.do) {
    case "follow":
      return driver.follow?.(deed.whom, deed.notifications)
    case "unfollow":
      return driver.unfollow?.(deed.whom)
    case "tune":
      return driver.tune?.(deed.whom, deed.flags)
    case "list":
      return driver.page("followers", deed.of, { size: 5 })
  }
}

const play = async (client: Client, driver: Driver, held: Control, step: Step): Promise<void> => {
  if ("control" in step) {
    await held.call(step.method ?? "POST", step.control, step.body)
  } else if ("true" in step) {
    const state = await held.relationship(me.id, step.true.id)
    expect(state).toEqual({ ...state, state: step.is, ...step.with })
  } else if ("sees" in step) {
    expect((await driver.relationship?.(step.sees)) ?? step.as).toEqual(step.as)
  } else if ("flags" in step && "are" in step) {
    expect(await driver.flags?.(step.flags)).toEqual(step.are)
  } else if ("asked" in step) {
    const ids = step.asked.map(({ id }) => id)
    expect((await driver.asked?.()) ?? ids).toEqual(ids)
  } else if ("refused" in step) {
    const refusal = await refusalOf(driver, Promise.resolve(perform(driver, step)))
    expect(refusal).toMatchObject(readable(client, step.refused[client.surface] ?? {}))
  } else if ("toldFlags" in step) {
    expect(await perform(driver, step)).toEqual(step.toldFlags)
  } else if (step.do === "list") {
    expect(await perform(driver, step)).toMatchObject({ ids: [me.id] })
  } else {
    expect(await perform(driver, step)).toEqual(step.told)
  }
}

const can = (driver: Driver, deed: Deed["do"]): boolean =>
  deed === "list" || driver[deed] !== undefined

/** Declares the tests of a client. */
export const tellStory = (client: Client): void => {
  describe(client.name, () => {
    let sandbox: Awaited<ReturnType<typeof Sandbox.start>>
    let held: Control
    beforeAll(async () => {
      sandbox = await Sandbox.start()
      held = control(sandbox.url)
    })
    afterAll(() => sandbox.close())
    beforeEach(() => held.call("PUT", "world", world()))

    for (const kind of client.kinds.filter((it) => it !== "app")) {
      const driver = () => client.connect(sandbox.url, mine(kind))
      describe(`as a user, by ${kind}`, () => {
        test("learns who it is", async () => {
          expect((await driver().whoami?.()) ?? me.id).toBe(me.id)
        })
        const told = client.connect("http://127.0.0.1:9", mine(kind))
        for (const { title, only, needs, steps } of chapters) {
          if (only !== undefined && only !== client.surface) continue
          if (!needs.every((deed) => can(told, deed))) continue
          test(title, async () => {
            const teller = driver()
            // A story goes on where it was.
            for (const step of steps) await play(client, teller, held, step)
          })
        }
        playPages(driver, () => sandbox.url)
      })
    }
    playLimits(client, () => held)
  })
}
