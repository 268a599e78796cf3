/** The control API of a sandbox, as a test uses it: over its socket, like everything else. */
import { Schema } from "effect"

const State = Schema.Struct({
  state: Schema.Literals(["none", "pending", "following"]),
  retweets: Schema.Boolean,
  notifications: Schema.Boolean,
})

/** A relationship as the control API tells it. */
export type State = typeof State.Type

const decodeState = Schema.decodeUnknownSync(State)

export interface Control {
  readonly url: string
  readonly call: (method: string, path: string, body?: unknown) => Promise<unknown>
  readonly relationship: (source: string, target: string) => Promise<State>
}

/** Fails a test when the control API refuses, with what it says. */
export const control = (url: string): Control => {
  const call: Control["call"] = async (method, path, body) => {
    const response = await fetch(`${url}/sandbox/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} /sandbox/${path}: ${response.status} ${text}`)
    return text === "" ? undefined : JSON.parse(text)
  }
  return {
    url,
    call,
    relationship: async (source, target) => {
      const { state, retweets, notifications } = decodeState(
        await call("GET", `relationships/${source}/${target}`),
      )
      return { state, retweets, notifications }
    },
  }
}
