/** Ways to lead a client to the sandbox that believes it talks to X. */
import { Agent } from "node:https"
import { connect, type Socket } from "node:net"

/**
 * An agent that opens plain connections to the sandbox for requests that go out to `https://…`: the
 * client, its URLs, its signatures and its `Host` header stay as they are.
 */
export class SandboxAgent extends Agent {
  readonly #port: number
  constructor(url: string) {
    super({ keepAlive: true })
    this.#port = Number(new URL(url).port)
  }
  override createConnection(): Socket {
    return connect(this.#port, "127.0.0.1")
  }
}

/** Runs with a `fetch` that goes to the sandbox instead of X. */
export const withFetchOf = async <A>(url: string, run: () => Promise<A>): Promise<A> => {
  const original = globalThis.fetch
  globalThis.fetch = (input, init) => {
    const target = input instanceof Request ? input.url : String(input)
    return original(target.replace(/^https:\/\/api\.(x|twitter)\.com(?=\/)/, url), init)
  }
  try {
    return await run()
  } finally {
    globalThis.fetch = original
  }
}
