/** Requests to OAuth's endpoints, which cannot succeed, and sound ones to the control API. */
import type { Pairs } from "../signing.ts"
import { type Act, at, type Cast, type Draft, empty, json, pair } from "./act.ts"
import type { Intent } from "./model.ts"
import type { Surface } from "./shapes.ts"
import { main } from "./world.ts"

// OAuth. Nothing here succeeds: tokens that others use must not be used up.

const oauth = (surface: Surface, method: string, path: string, given: Pairs): Act => ({
  surface,
  auth: "whoever",
  draft: ({ targetId, place }) => {
    const parameters = given.map(([name, value]) => [name, value || targetId] as const)
    return {
      method,
      path,
      query: place === "query" || method === "GET" ? parameters : [],
      form: place === "form" && method !== "GET" ? parameters : undefined,
    }
  },
})

export const oauths: Readonly<Record<string, Act>> = {
  requestToken: oauth("oauth1", "POST", "/oauth/request_token", [["oauth_callback", ""]]),
  accessToken: oauth("oauth1", "GET", "/oauth/access_token", [["oauth_verifier", ""]]),
  authorize: oauth("page", "GET", "/oauth/authorize", [["oauth_token", ""]]),
  answer: oauth("page", "POST", "/oauth/authorize", [
    ["ticket", ""],
    ["decision", "allow"],
    ["user", "alpha"],
  ]),
  appToken: oauth("oauth2", "POST", "/oauth2/token", [["grant_type", ""]]),
  token: oauth("oauth2", "POST", "/2/oauth2/token", [
    ["grant_type", "authorization_code"],
    ["code", ""],
    ["client_id", main.clientId],
    ["code_verifier", ""],
    ["redirect_uri", ""],
  ]),
  refresh: oauth("oauth2", "POST", "/2/oauth2/token", [
    ["grant_type", "refresh_token"],
    ["refresh_token", ""],
    ["client_id", ""],
  ]),
  revoke: oauth("oauth2", "POST", "/2/oauth2/revoke", [
    ["token", ""],
    ["client_id", ""],
  ]),
  authorize2: oauth("page", "GET", "/i/oauth2/authorize", [
    ["client_id", main.clientId],
    ["redirect_uri", ""],
    ["scope", ""],
    ["state", "<b>"],
  ]),
}

// The control API

const control = (
  draft: (cast: Cast) => Omit<Draft, "query">,
  intent?: (cast: Cast) => Intent,
): Act => ({
  surface: "control",
  auth: "whoever",
  draft: (cast) => ({ ...draft(cast), ...empty }),
  ...(intent === undefined ? {} : { intent }),
})

const edge = ({ actorId, targetId }: Cast): string => `${at(actorId)}/${at(targetId)}`

const command = (tag: string, what: "unfollow" | "remove" | "approve" | "deny") =>
  control(
    ({ actorId, targetId }) => ({
      method: "POST",
      path: "/sandbox/commands",
      ...json({ command: { _tag: tag, source: actorId, target: targetId } }),
    }),
    pair(what),
  )

export const controls: Readonly<Record<string, Act>> = {
  relationship: control((cast) => ({
    method: "GET",
    path: `/sandbox/relationships/${edge(cast)}`,
  })),
  getUser: control(({ targetId }) => ({ method: "GET", path: `/sandbox/users/${at(targetId)}` })),
  events: control(() => ({ method: "GET", path: "/sandbox/events" })),
  clock: control(() => ({
    method: "POST",
    path: "/sandbox/clock",
    ...json({ advanceSeconds: 1 }),
  })),
  approve: control(
    (cast) => ({ method: "POST", path: `/sandbox/requests/${edge(cast)}/approve` }),
    pair("approve"),
  ),
  deny: control(
    (cast) => ({ method: "POST", path: `/sandbox/requests/${edge(cast)}/deny` }),
    pair("deny"),
  ),
  block: control(
    (cast) => ({ method: "PUT", path: `/sandbox/blocks/${edge(cast)}` }),
    pair("block"),
  ),
  unblock: control(
    (cast) => ({ method: "DELETE", path: `/sandbox/blocks/${edge(cast)}` }),
    pair("unblock"),
  ),
  protect: control(
    ({ targetId, retweets = false }) => ({
      method: "PATCH",
      path: `/sandbox/users/${at(targetId)}`,
      ...json({ protected: retweets }),
    }),
    ({ targetId, retweets = false }) => ({ do: "protect", target: targetId, protected: retweets }),
  ),
  remove: command("RemoveFollower", "remove"),
  leave: command("Unfollow", "unfollow"),
  unknownControl: control(() => ({ method: "GET", path: "/sandbox/no_such_thing" })),
}
