/** Failures of X and of what lies between, and bodies that are not what they should be. */
import type { Refusal } from "@kith/http-adapter"
import { at, type Recorded } from "./recorded.ts"

const html = (status: number): string =>
  `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center></body></html>`

const bodies = (status: number, title: string) =>
  [
    [
      "a problem",
      `{"title":"${title}","detail":"${title}","type":"about:blank","status":${status}}`,
    ],
    ["v1.1's code", `{"errors":[{"code":131,"message":"Internal error"}]}`],
    ["HTML", html(status)],
    ["nothing", ""],
    ["JSON that was cut off", '{"title":"Serv'],
    ["a refusal that would be known elsewhere", '{"errors":[{"code":162,"message":"blocked"}]}'],
  ] as const

const failures = [
  [500, "Internal Server Error"],
  [502, "Bad Gateway"],
  [503, "Service Unavailable"],
  [504, "Gateway Timeout"],
  [408, "Request Timeout"],
] as const

const endpoints = [
  "followUser",
  "friendships/create",
  "getUsersFollowers",
  "followers/ids",
] as const

const outcomeOn = (endpoint: (typeof endpoints)[number]) =>
  endpoint === "followUser" || endpoint === "friendships/create" ? "unknown" : "refused"

const down: ReadonlyArray<Recorded> = failures.flatMap(([status, title]) =>
  bodies(status, title).flatMap(([said, body]) =>
    endpoints.map((endpoint): Recorded => ({
      title: `${status} with ${said} on ${endpoint}`,
      endpoint,
      status,
      body,
      reason: "Outage",
      outcome: outcomeOn(endpoint),
    })),
  ),
)

const success = '{"data":{"following":true,"pending_follow":false}}'

type Odd = readonly [
  title: string,
  status: number,
  body: string,
  reason: Refusal.Reason,
  outcome?: "unknown",
]

const odd: ReadonlyArray<Odd> = [
  ["a success that was cut off", 200, success.slice(0, 20), "Malformed", "unknown"],
  ["a success of HTML", 200, html(200), "Malformed", "unknown"],
  ["a success of nothing", 200, "", "Malformed", "unknown"],
  ["a success of another form", 200, "[]", "Malformed", "unknown"],
  ["a success that is null", 200, "null", "Malformed", "unknown"],
  ["a success that is a number", 200, "1", "Malformed", "unknown"],
  ["a success without its data", 200, '{"data":null}', "Malformed", "unknown"],
  ["a success in a byte soup", 200, "\u0000\u0001\uFFFD", "Malformed", "unknown"],
  ["a 400 that was cut off", 400, '{"errors":[{"mess', "Malformed", "unknown"],
  ["a 403 that was cut off", 403, '{"errors":[{"code":16', "Malformed", "unknown"],
  ["a 401 that was cut off", 401, '{"title":"Unau', "Unauthenticated"],
  ["a 400 of nothing", 400, "", "Malformed"],
  ["a 401 of nothing", 401, "", "Unauthenticated"],
  ["a 403 of nothing", 403, "", "Unclassified"],
  ["a 404 of nothing", 404, "", "NotFound"],
  ["a 401 of HTML", 401, html(401), "Unauthenticated"],
  ["a 403 of HTML", 403, html(403), "Unclassified"],
  ["a 403 of words", 403, "Access denied by policy 12.", "Unclassified"],
  ["a 404 of HTML", 404, html(404), "NotFound"],
  ["a 405", 405, "", "NotSupported"],
  ["a 410", 410, html(410), "NotSupported"],
  ["a 413", 413, "", "Malformed"],
  ["a 431", 431, "", "Malformed"],
  ["a 451", 451, "", "NotAuthorized"],
  ["a status that nobody has", 418, "", "Unclassified"],
  ["a redirect to elsewhere, moved", 301, "", "Malformed", "unknown"],
  ["a redirect to elsewhere, found", 302, html(302), "Malformed", "unknown"],
  ["a redirect to elsewhere, see other", 303, "", "Malformed", "unknown"],
  ["a redirect that asks for the same again", 307, "", "Malformed"],
  ["a permanent redirect that asks for the same again", 308, "", "Malformed"],
  ["a status below all", 101, "", "Unclassified", "unknown"],
  ["a status above all", 999, '{"errors":[{"code":162}]}', "Unclassified", "unknown"],
]

const strange: ReadonlyArray<Recorded> = odd.map(([title, status, body, reason, outcome]) => ({
  title,
  endpoint: "followUser",
  status,
  body,
  reason,
  outcome: outcome ?? "refused",
}))

const others: ReadonlyArray<Recorded> = [
  {
    title: "a known refusal under another content type",
    endpoint: "friendships/create",
    status: 403,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: '{"errors":[{"code":162,"message":"…"}]}',
    reason: "BlockedByTarget",
  },
  {
    title: "HTML under the content type of JSON",
    endpoint: "friendships/create",
    status: 403,
    headers: { "content-type": "application/json" },
    body: html(403),
    reason: "Unclassified",
  },
  {
    title: "an outage with when to come back",
    endpoint: "getUsersFollowers",
    status: 503,
    headers: { "retry-after": "30" },
    body: "",
    reason: "Outage",
    resetIn: 30_000,
  },
  {
    title: "an outage with when to come back, as a date",
    endpoint: "followUser",
    status: 503,
    headers: { "retry-after": new Date(at + 5_000).toUTCString() },
    body: "",
    reason: "Outage",
    outcome: "unknown",
    resetIn: 5_000,
  },
]

export const outages: ReadonlyArray<Recorded> = [...down, ...strange, ...others]
