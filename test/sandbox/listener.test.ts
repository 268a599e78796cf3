import { Sandbox } from "@kith/sandbox"
import { request } from "node:http"
import { expect, test } from "vitest"

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
