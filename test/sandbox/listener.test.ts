import { UserId } from "@kith/core"
import { Sandbox, type World } from "@kith/sandbox"
import { request } from "node:http"
import { expect, test } from "vitest"
import * as BuiltIn from "../../packages/sandbox/src/world/BuiltIn.ts"

const token = "a2l0aEV4YW1wbGVBY2Nlc3NUb2tlbgHappycamperOjE6MTphdDox"

test("a request that brings a set-cookie header, which only answers have, keeps its other headers", async () => {
  await using sandbox = await Sandbox.start()
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  request(`${sandbox.url}/2/users/me`, {
    headers: { authorization: `Bearer ${token}`, "set-cookie": ["a=1", "b=2"] },
  })
    .on("response", (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    .on("error", reject)
    .end()
  expect(await promise).toBe(200)
})

test("a page is as long as it says, also once a name on it is no longer ASCII", async () => {
  const user = (id: string, username: string) => ({ id: UserId.make(id), username, name: username })
  const world = {
    ...BuiltIn.builtIn,
    users: [user("1", "ada"), user("2", "bea")],
    tokens: [],
    blocks: [],
    relationships: [{ source: "bea", target: "ada", state: "following" as const }],
  }
  await using sandbox = await Sandbox.start({ world })
  const bearer = world.apps[0]?.bearerToken
  const names = async () => {
    const answer = await fetch(`${sandbox.url}/2/users/1/followers`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
    const page: { readonly data: ReadonlyArray<typeof World.User.Type> } = JSON.parse(
      await answer.text(),
    )
    return page.data.map(({ name }) => name)
  }
  expect(await names()).toEqual(["bea"])
  expect(await names()).toEqual(["bea"])
  sandbox.control.world().users.set({ ...user("2", "bea"), name: "Béa 🦊" })
  expect(await names()).toEqual(["Béa 🦊"])
  expect(await names()).toEqual(["Béa 🦊"])
})
