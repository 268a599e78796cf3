/** A sandbox that the tests of a file share, in which each finds the world of the story as new. */
import { Sandbox } from "@kith/sandbox"
import { afterAll, beforeAll, beforeEach } from "vitest"
import { control } from "./control.ts"
import { world } from "./story-world.ts"

export const useStory = () => {
  let sandbox: Awaited<ReturnType<typeof Sandbox.start>>
  beforeAll(async () => {
    sandbox = await Sandbox.start()
  })
  beforeEach(() => control(sandbox.url).call("PUT", "world", world()))
  afterAll(() => sandbox.close())
  return {
    get url() {
      return sandbox.url
    },
    get port() {
      return sandbox.port
    },
    get held() {
      return control(sandbox.url)
    },
  }
}
