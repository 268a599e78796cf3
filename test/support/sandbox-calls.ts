/** Calls to one sandbox that every test of a file shares; each test finds the built-in world. */
import { afterAll, beforeAll, beforeEach } from "vitest"
import * as Sandbox from "../../packages/sandbox/src/Sandbox.ts"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"

export const happycamper = "63046977"
export const twitterDev = "2244994945"
export const quietbirch = "1354143047324299264"
export const riverotter = "1203944556"

export const useSandbox = () => {
  let sandbox: Sandbox.StartedSandbox

  const call = async (
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ) => {
    const raw = typeof body === "string" || body instanceof Uint8Array
    const response = await fetch(`${sandbox.url}${path}`, {
      method,
      // A connection that is kept is over by the time that a test has computed for some seconds.
      headers: { connection: "close", ...headers },
      ...(body === undefined ? {} : { body: raw ? body : JSON.stringify(body) }),
    })
    const type = response.headers.get("content-type")
    const text = await response.text()
    return {
      status: response.status,
      type,
      text,
      json: type?.startsWith("application/json") === true ? JSON.parse(text) : undefined,
    }
  }

  /** As `happycamper`, to the API of X. */
  const asX = (method: string, path: string, body?: unknown) =>
    call(method, path, body, {
      authorization: `Bearer ${builtIn.tokens[0]?.oauth2?.accessToken}`,
      "content-type": "application/json",
    })

  const execute = (tag: string, source: string, target: string, more: object = {}) =>
    call("POST", "/sandbox/commands", { command: { _tag: tag, source, target }, ...more })

  beforeAll(async () => {
    sandbox = await Sandbox.start()
  })
  beforeEach(async () => {
    await call("PUT", "/sandbox/world", builtIn)
    await call("POST", "/sandbox/reset")
  })
  afterAll(() => sandbox.close())

  return { sandbox: () => sandbox, call, asX, execute }
}

/** The status of a refusal with its code. */
export const codeOf = async (
  answer: Promise<{ status: number; json?: { error?: { code?: string } } }>,
) => {
  const { status, json } = await answer
  return [status, json?.error?.code]
}
