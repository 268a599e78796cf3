/** Where generated requests are sent, and their answers held against the model. */
import { Schema } from "effect"
import { Connection, message, type Reply } from "../wire.ts"
import { type Call, compare } from "./compare.ts"
import { Model } from "./model.ts"
import { complaints, refuses } from "./shapes.ts"
import { load, type Shot } from "./shots.ts"
import { ways, render, type Spent } from "./auth.ts"
import { main, people, places } from "./world.ts"
import { now } from "../signing.ts"

const patience = 8_000
const lanes = 4
const host = "Host: 127.0.0.1"

const decodeToken = Schema.decodeUnknownSync(Schema.Struct({ access_token: Schema.String }))
const decodePage = Schema.decodeUnknownSync(
  Schema.Struct({ meta: Schema.Struct({ next_token: Schema.String }) }),
)
const decodeCursor = Schema.decodeUnknownSync(Schema.Struct({ next_cursor_str: Schema.String }))
/** A run: a fresh world, and the model beside it. */
export interface Target {
  readonly spent: Spent
  readonly fire: (shot: Shot) => Promise<void>
  /** Holds all of the world against the model. */
  readonly compare: () => Promise<void>
}

const explain = (shot: Shot, bytes: Buffer, reply: Reply | "closed" | "late"): string =>
  [
    JSON.stringify(shot),
    bytes.subarray(0, 2_000).toString("latin1"),
    typeof reply === "string" ? reply : `${reply.status} ${JSON.stringify(reply.headers)}`,
    typeof reply === "string" ? "" : reply.body.slice(0, 1_000),
  ].join("\n")

/** The signatures that a request carries, as they are sent and as they are meant. */
const signaturesIn = (bytes: Buffer): ReadonlyArray<string> =>
  [...bytes.toString("latin1").matchAll(/oauth_signature="?([\w%]{20,})/g)].flatMap(
    ([, text = ""]) => [text, decodeURIComponent(text)],
  )

export class Range {
  readonly #port: number
  readonly #lanes: Array<Connection | undefined> = Array.from({ length: lanes })
  #next = 0
  /** How many requests were generated and sent. */
  fired = 0

  private constructor(port: number) {
    this.#port = port
  }

  static async open(port: number, world: object): Promise<Range> {
    const range = new Range(port)
    await range.#call("PUT", "/sandbox/world", JSON.stringify(world))
    return range
  }

  close(): void {
    for (const lane of this.#lanes) lane?.destroy()
  }

  /** Sends on the next of several connections that are kept. */
  async #send(bytes: Buffer, withoutBody = false): Promise<Reply | "closed" | "late"> {
    const index = this.#next++ % lanes
    const kept = this.#lanes[index]
    const lane = kept === undefined || kept.isClosed ? await Connection.open(this.#port) : kept
    this.#lanes[index] = lane
    lane.write(bytes)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<"late">((resolve) => {
      timer = setTimeout(() => resolve("late"), patience)
    })
    const reply = await Promise.race([lane.reply({ withoutBody }), late])
    clearTimeout(timer)
    if (typeof reply === "string" || reply.closes) {
      lane.destroy()
      this.#lanes[index] = undefined
    }
    return reply
  }

  /** A request that has to succeed. */
  async #call(...[method, path, body, lines = []]: Parameters<Call>): Promise<string> {
    const reply = await this.#send(message(`${method} ${path} HTTP/1.1`, [host, ...lines], body))
    if (typeof reply === "string" || reply.status >= 400) {
      const text = typeof reply === "string" ? reply : `${reply.status} ${reply.body}`
      throw new Error(`${method} ${path}: ${text}`)
    }
    return reply.headers["location"] ?? reply.body
  }

  /** An access token, as a user would give it to an app. */
  async #mint(): Promise<string> {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: main.clientId,
      redirect_uri: main.callbackUrls[0],
      scope: "tweet.read users.read",
      state: "x",
      code_challenge: "c".repeat(43),
      code_challenge_method: "plain",
    })
    const page = await this.#call("GET", `/i/oauth2/authorize?${query.toString()}`)
    const ticket = /name="ticket" value="([^"]+)"/.exec(page)?.[1] ?? ""
    const type = ["Content-Type: application/x-www-form-urlencoded"]
    const answer = new URLSearchParams({ ticket, user: "alpha", decision: "allow" })
    const location = await this.#call("POST", "/i/oauth2/authorize", answer.toString(), type)
    const grant = new URLSearchParams({
      grant_type: "authorization_code",
      code: new URL(location).searchParams.get("code") ?? "",
      redirect_uri: main.callbackUrls[0],
      code_verifier: "c".repeat(43),
      client_id: main.clientId,
      client_secret: main.clientSecret,
    })
    const basic = Buffer.from(`${main.clientId}:${main.clientSecret}`).toString("base64")
    return decodeToken(
      JSON.parse(
        await this.#call("POST", "/2/oauth2/token", grant.toString(), [
          ...type,
          `Authorization: Basic ${basic}`,
        ]),
      ),
    ).access_token
  }

  /** Begins a run. */
  async begin(): Promise<Target> {
    await this.#call("POST", "/sandbox/reset")
    const expired = await this.#mint()
    await this.#call("POST", "/sandbox/clock", '{"advanceSeconds":7200}')
    const revoked = await this.#mint()
    const basic = Buffer.from(`${main.clientId}:${main.clientSecret}`).toString("base64")
    await this.#call("POST", "/2/oauth2/revoke", `token=${revoked}`, [
      "Content-Type: application/x-www-form-urlencoded",
      `Authorization: Basic ${basic}`,
    ])
    const used = { nonce: `used${now()}${this.fired}`, timestamp: now() }
    await this.#useUp(used)
    const spent: Spent = {
      expired,
      revoked,
      usedNonce: () => used,
      places: await this.#places(),
    }
    const model = new Model()
    return {
      spent,
      fire: (shot) => this.#fire(shot, spent, model),
      compare: () => compare(model, (...request) => this.#call(...request)),
    }
  }

  /** Tokens of second pages. */
  async #places(): Promise<Spent["places"]> {
    const lines = [`Authorization: Bearer ${main.bearerToken}`]
    const { id } = places.owner
    const page = await this.#call("GET", `/2/users/${id}/followers?max_results=1`, undefined, lines)
    const cursor = await this.#call(
      "GET",
      `/1.1/followers/ids.json?user_id=${id}&count=1`,
      undefined,
      lines,
    )
    return new Map([
      [places.page, decodePage(JSON.parse(page)).meta.next_token],
      [places.cursor, decodeCursor(JSON.parse(cursor)).next_cursor_str],
    ])
  }

  /** Every actor signs a request with a nonce. */
  async #useUp(used: ReturnType<Spent["usedNonce"]>): Promise<void> {
    const way = ways["a signature that was used"]
    const draft = { method: "GET", path: "/1.1/application/rate_limit_status.json", query: [] }
    for (const actor of people.slice(0, 5)) {
      const spent: Spent = {
        expired: "",
        revoked: "",
        usedNonce: () => used,
        places: new Map(),
      }
      await this.#send(render(draft, way?.say(draft, actor, spent) ?? {}))
    }
  }

  async #fire(shot: Shot, spent: Spent, model: Model): Promise<void> {
    const { bytes, draft, verdict, intent, bare, surface } = load(shot, spent)
    const head = draft.method === "HEAD"
    const reply = await this.#send(bytes, head)
    this.fired++
    const fail = (what: string): never => {
      throw new Error(`${what}\n${explain(shot, bytes, reply)}`)
    }
    if (reply === "late") return fail("no answer")
    if (reply === "closed") return bare ? undefined : fail("the connection was closed")
    const [complaint] = complaints(reply, { surface, bare, head })
    if (complaint !== undefined) fail(complaint)
    if (reply.status >= 400 && signaturesIn(bytes).some((it) => reply.body.includes(it))) {
      fail("tells a signature")
    }
    const accepted = !refuses(reply)
    if (verdict === "refused" && accepted) fail("this should have been refused")
    if (intent === undefined) return undefined
    const { answer, change } = model.decide(intent)
    if (verdict === "sound" && answer !== "either" && accepted !== (answer === "done")) {
      fail(answer === "done" ? "this should have been done" : "the rules refuse this")
    }
    if (accepted && answer !== "refused") change?.()
    return undefined
  }
}
