/**
 * A small social network's follow API: Hono in front, Kith behind, promises in between.
 *
 * Who the caller is, and whether they may act for the user in the path, is left out: a real host
 * checks that first.
 */
import {
  type Command,
  KithError,
  type ListName,
  type Preferences,
  type Relationships,
} from "@kith/core/promise"
import { type Context, Hono } from "hono"
import { streamSSE } from "hono/streaming"

/** An HTTP answer for each way in which a call can fail. */
const statusOf = (error: KithError): 400 | 404 | 409 | 422 | 500 | 503 => {
  switch (error._tag) {
    case "InvalidInput":
    case "InvalidPage":
      return 400
    case "CommandRejected":
      return error.reason === "TargetNotFound" ? 404 : 409
    case "CommandIdReused":
      return 422
    default:
      return error.retryable ? 503 : 500
  }
}

export const makeApp = (relationships: Relationships): Hono => {
  const app = new Hono()

  /** The same `Idempotency-Key` again has no second effect, whatever became of the first answer. */
  const execute = async (c: Context, command: Command) => {
    const commandId = c.req.header("Idempotency-Key")
    return c.json(await relationships.execute(command, { commandId }))
  }
  const preferences = async (c: Context): Promise<Preferences> => {
    const text = await c.req.text()
    return text === "" ? {} : JSON.parse(text)
  }

  const edge = "/users/:source/following/:target"
  app.post(edge, async (c) =>
    execute(c, { ...(await preferences(c)), _tag: "Follow", ...c.req.param() }),
  )
  app.patch(edge, async (c) =>
    execute(c, { ...(await preferences(c)), _tag: "UpdatePreferences", ...c.req.param() }),
  )
  app.delete(edge, (c) => execute(c, { _tag: "Unfollow", ...c.req.param() }))
  app.post("/users/:target/requests/:source/approve", (c) =>
    execute(c, { _tag: "ApproveRequest", ...c.req.param() }),
  )
  app.post("/users/:target/requests/:source/deny", (c) =>
    execute(c, { _tag: "DenyRequest", ...c.req.param() }),
  )

  app.get(edge, async (c) => {
    const { signal } = c.req.raw
    const [now, history] = await Promise.all([
      relationships.relationship(c.req.param(), { signal }),
      relationships.history(c.req.param(), { signal }),
    ])
    return c.json({ ...now, history })
  })

  const list = (path: string, name: ListName) => {
    app.get(`/users/:user/${path}`, async (c) => {
      const { cursor, limit } = c.req.query()
      const page = await relationships[name](c.req.param("user"), {
        cursor,
        limit: limit === undefined ? undefined : Number(limit),
        signal: c.req.raw.signal,
      })
      return c.json(page)
    })
  }
  list("following", "following")
  list("followers", "followers")
  list("requests", "requestsReceived")

  /** Everything that happens, live; a browser's `EventSource` resumes where it was cut off. */
  app.get("/events", (c) => {
    const response = streamSSE(c, async (stream) => {
      const gone = new AbortController()
      stream.onAbort(() => gone.abort())
      const from = Number(c.req.header("Last-Event-ID") ?? 0)
      try {
        for await (const event of relationships.changes({ from, signal: gone.signal })) {
          await stream.writeSSE({ id: String(event.position), data: JSON.stringify(event) })
        }
      } catch (error) {
        // The browser went away, or the host is being stopped and the browser will come back.
        const closed = error instanceof KithError && error._tag === "Closed"
        if (!gone.signal.aborted && !closed) throw error
      }
    })
    // A host that is stopped need not wait for what might come on this connection.
    response.headers.set("Connection", "close")
    return response
  })

  app.onError((error, c) => {
    if (error instanceof SyntaxError) {
      return c.json({ error: "InvalidInput", message: "the body is not JSON" }, 400)
    }
    if (!(error instanceof KithError)) throw error
    const { _tag, message, reason, retryable } = error
    return c.json({ error: _tag, reason, retryable, message }, statusOf(error))
  })
  return app
}
