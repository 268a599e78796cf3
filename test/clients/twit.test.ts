/** twit: v1.1 with parameters in the query and empty bodies that call themselves JSON. */
import { Schema } from "effect"
import Twit from "twit"
import endpoints from "twit/lib/endpoints.js"
import type { IncomingMessage } from "node:http"
import { describe, expect, test } from "vitest"
import { Sandbox } from "@kith/sandbox"
import { control } from "../support/control.ts"
import { refusalOf, type Standing } from "../support/client.ts"
import { tellStory } from "../support/play-story.ts"
import {
  app,
  appOnly,
  type Credentials,
  me,
  members,
  nobody,
  oauth1Of,
  people,
  world,
} from "../support/story-world.ts"
import { v1Driver } from "../support/v1-driver.ts"

const Thrown = Schema.Struct({
  message: Schema.String,
  code: Schema.NullOr(Schema.Int),
  statusCode: Schema.NullOr(Schema.Int),
  allErrors: Schema.Array(Schema.Unknown),
})
const decodeThrown = Schema.decodeUnknownSync(Thrown)

/** A refusal with the reply that it came in, which twit hands to callbacks alone. */
class Refused extends Error {
  override readonly name = "Refused"
  readonly standing: Standing
  constructor(cause: unknown, { headers }: IncomingMessage) {
    super("refused", { cause })
    const header = (name: string): number => Number(headers[`x-rate-limit-${name}`])
    this.standing = {
      limit: header("limit"),
      remaining: header("remaining"),
      reset: header("reset"),
    }
  }
}

const auth = (credentials: Credentials): Twit.UserAuth | Twit.AppAuth => {
  if (credentials.kind === "oauth1") {
    return {
      consumer_key: credentials.consumerKey,
      consumer_secret: credentials.consumerSecret,
      access_token: credentials.token,
      access_token_secret: credentials.secret,
    }
  }
  // twit fetches the app's token itself.
  return {
    consumer_key: app.consumerKey,
    consumer_secret: app.consumerSecret,
    app_only_auth: true,
  }
}

const connect = (url: string, credentials: Credentials): ReturnType<typeof v1Driver> => {
  endpoints.API_HOST = `${url}/`
  endpoints.REST_ROOT = `${url}/1.1/`
  const twit = new Twit(auth(credentials))
  const call = (method: "get" | "post") => (path: string, parameters: Twit.Parameters) =>
    new Promise<unknown>((resolve, reject) => {
      twit[method](path, parameters, (error, data, response) => {
        if (error) reject(new Refused(error, response))
        else resolve(data)
      })
    })
  return v1Driver({
    get: call("get"),
    post: call("post"),
    explain: (thrown) => {
      if (!(thrown instanceof Refused)) throw thrown
      const { message, code, statusCode } = decodeThrown(thrown.cause)
      return {
        ...(statusCode === null ? {} : { status: statusCode }),
        ...(code === null ? {} : { code }),
        says: message,
        standing: thrown.standing,
      }
    },
  })
}

tellStory({
  name: "twit",
  surface: "v1.1",
  kinds: ["oauth1"],
  reads: ["status", "code", "says"],
  refusesApps: "server",
  connect,
})

describe("twit", () => {
  test("fetches an app's token, reads lists with it and cannot follow", async () => {
    await using sandbox = await Sandbox.start()
    await control(sandbox.url).call("PUT", "world", world())
    const driver = connect(sandbox.url, appOnly)
    const { ids } = await driver.page("followers", people.hub, { size: 3 })
    expect(ids).toHaveLength(3)
    expect(await refusalOf(driver, driver.follow(people.open))).toMatchObject({
      status: 403,
      code: 220,
    })
  })

  test("sends lists of names with the comma escaped", async () => {
    await using sandbox = await Sandbox.start()
    await control(sandbox.url).call("PUT", "world", world())
    connect(sandbox.url, oauth1Of(me))
    const { data } = await new Twit(auth(oauth1Of(me))).get("friendships/lookup", {
      screen_name: [people.open.username, members[0]?.username ?? "", nobody.username],
    })
    expect(data).toMatchObject([
      { screen_name: people.open.username, connections: ["none"] },
      { screen_name: members[0]?.username, connections: ["following"] },
    ])
  })
})
