/** The part of twit that the tests use; the package brings no types. */
declare module "twit" {
  import type { IncomingMessage } from "node:http"

  namespace Twit {
    interface UserAuth {
      readonly consumer_key: string
      readonly consumer_secret: string
      readonly access_token: string
      readonly access_token_secret: string
    }
    interface AppAuth {
      readonly consumer_key: string
      readonly consumer_secret: string
      readonly app_only_auth: true
    }
    interface Reply {
      readonly data: unknown
      readonly resp: IncomingMessage
    }
    type Callback = (error: unknown, data: unknown, response: IncomingMessage) => void
    type Parameters = Readonly<Record<string, string | number | boolean | ReadonlyArray<string>>>
  }

  class Twit {
    constructor(auth: Twit.UserAuth | Twit.AppAuth)
    get(path: string, parameters: Twit.Parameters): Promise<Twit.Reply>
    get(path: string, parameters: Twit.Parameters, callback: Twit.Callback): void
    post(path: string, parameters: Twit.Parameters): Promise<Twit.Reply>
    post(path: string, parameters: Twit.Parameters, callback: Twit.Callback): void
    setAuth(auth: Partial<Twit.UserAuth>): void
  }
  export = Twit
}

declare module "twit/lib/endpoints.js" {
  const endpoints: { API_HOST: string; REST_ROOT: string }
  export = endpoints
}
