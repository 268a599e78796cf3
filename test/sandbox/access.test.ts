/** Who may use the control API: this machine, under its own name, and no page of another site. */
import { request as httpRequest } from "node:http"
import { describe, expect, test } from "vitest"
import * as Access from "../../packages/sandbox/src/control/Access.ts"
import { useSandbox } from "../support/sandbox-calls.ts"

const { sandbox } = useSandbox()

describe("access", () => {
  const ask = (path: string, headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve, reject) => {
      httpRequest({ host: "127.0.0.1", port: sandbox().port, path, headers }, (response) => {
        response.resume()
        resolve(response.statusCode)
      })
        .on("error", reject)
        .end()
    })

  const local: Access.Access = { remoteControl: false, hosts: ["kith.example.test"] }
  const refused = (
    access: Access.Access,
    remoteAddress: string,
    headers: Record<string, string>,
  ): boolean => Access.refusal(access, { remoteAddress, headers }) !== undefined

  test.each(["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])(
    "serves the loopback address %s",
    (address) => {
      expect(refused(local, address, { host: "localhost:4280" })).toBe(false)
    },
  )

  test.each(["192.168.1.7", "10.0.0.1", "::ffff:10.0.0.1", "2001:db8::1", "127.evil", ""])(
    "refuses the address %s unless remote control was asked for",
    (address) => {
      const headers = { host: "localhost:4280" }
      expect(refused(local, address, headers)).toBe(true)
      expect(refused({ ...local, remoteControl: true }, address, headers)).toBe(false)
    },
  )

  test.each([
    "localhost",
    "LOCALHOST:80",
    "localhost.",
    "app.localhost:4280",
    "127.0.0.1:4280",
    "127.1.2.3",
    "[::1]:4280",
    "kith.example.test:4280",
  ])("answers to the name %s", (host) => {
    expect(refused(local, "127.0.0.1", { host })).toBe(false)
  })

  test.each([
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example/127.0.0.1",
    "127.0.0.1@evil.example",
    "user:localhost@evil.example:80",
    "xlocalhost",
    "",
    "a b",
    "[::2]",
  ])("does not answer to the name %j, which may lead here from elsewhere", (host) => {
    expect(refused(local, "127.0.0.1", { host })).toBe(true)
  })

  test("does not answer without a name", () => {
    expect(refused(local, "127.0.0.1", {})).toBe(true)
  })

  test.each([
    ["http://localhost:4280", false],
    ["https://localhost:4280", false],
    ["http://localhost:3000", true],
    ["https://evil.example", true],
    ["null", true],
    ["file://", true],
  ])("with the origin %s: refused is %s", (origin, expected) => {
    for (const remoteControl of [false, true]) {
      const access = { ...local, remoteControl }
      expect(refused(access, "127.0.0.1", { host: "localhost:4280", origin })).toBe(expected)
    }
  })

  test.each(["/sandbox/health", "/%73andbox/health", "/sandbox/docs", "/sandbox/openapi.json"])(
    "guards %s over the wire",
    async (path) => {
      const host = `127.0.0.1:${sandbox().port}`
      expect(await ask(path, { host })).toBe(200)
      expect(await ask(path, { host: "evil.example" })).toBe(403)
      expect(await ask(path, { host, origin: "http://evil.example" })).toBe(403)
    },
  )

  test.each(["//sandbox/health", "/SANDBOX/health", "/sandbox/health/", "/x/../sandbox/health"])(
    "serves no stranger by way of the spelling %s",
    async (path) => {
      const status = await ask(path, { host: "evil.example" })
      expect([403, 404]).toContain(status)
    },
  )
})
