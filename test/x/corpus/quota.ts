/** Refusals for quota: whose it is tells nobody but the headers, and what they are silent about. */
import { at, inSeconds, problems, type Recorded } from "./recorded.ts"

const plain =
  '{"title":"Too Many Requests","detail":"Too Many Requests","type":"about:blank","status":429}'
const code88 = '{"errors":[{"message":"Rate limit exceeded","code":88}]}'
const html = "<html><head><title>429 Too Many Requests</title></head><body>Slow down.</body></html>"
const capped = JSON.stringify({
  title: "UsageCapExceeded",
  detail: "Usage cap exceeded: Monthly product cap",
  period: "Monthly",
  scope: "Product",
  account_id: 1,
  product_name: "standard-basic",
  type: `${problems}usage-capped`,
})

const headers = (prefix: string, limit: number, remaining: number, seconds: number) => ({
  [`${prefix}limit`]: String(limit),
  [`${prefix}remaining`]: String(remaining),
  [`${prefix}reset`]: inSeconds(seconds),
})
const quarter = (remaining: number) => headers("x-rate-limit-", 50, remaining, 900)
const day = (remaining: number) => headers("x-user-limit-24hour-", 400, remaining, 3_600)
const appDay = (remaining: number) => headers("x-app-limit-24hour-", 1_000, remaining, 7_200)

const follow = { endpoint: "followUser", status: 429 } as const

const bodies = [
  ["a plain problem", plain],
  ["v1.1's code", code88],
  ["HTML", html],
  ["nothing", ""],
  ["a problem that was cut off", plain.slice(0, 40)],
] as const

const spent: ReadonlyArray<Omit<Recorded, "title" | "body"> & { readonly what: string }> = [
  {
    what: "15 minutes are spent",
    ...follow,
    headers: quarter(0),
    reason: "WindowExhausted",
    resetIn: 900_000,
  },
  {
    what: "the user's day is spent",
    ...follow,
    headers: { ...quarter(49), ...day(0), ...appDay(600) },
    reason: "DayExhausted",
    resetIn: 3_600_000,
  },
  {
    what: "the app's day is spent",
    ...follow,
    headers: { ...quarter(49), ...day(200), ...appDay(0) },
    reason: "DayExhausted",
    resetIn: 7_200_000,
  },
  {
    what: "15 minutes and the day are spent",
    ...follow,
    headers: { ...quarter(0), ...day(0) },
    reason: "DayExhausted",
    resetIn: 3_600_000,
  },
  {
    what: "1 of 50 remains",
    ...follow,
    headers: { ...quarter(1), ...appDay(1) },
    reason: "DayExhausted",
  },
  {
    what: "49 of 50 remain",
    ...follow,
    headers: quarter(49),
    reason: "DayExhausted",
  },
  { what: "no headers", ...follow, reason: "WindowExhausted" },
  {
    what: "no headers but when to come back",
    ...follow,
    headers: { "retry-after": "120" },
    reason: "WindowExhausted",
    resetIn: 120_000,
  },
  {
    what: "nothing but the end of the window",
    ...follow,
    headers: { "x-rate-limit-reset": inSeconds(300) },
    reason: "WindowExhausted",
    resetIn: 300_000,
  },
  {
    what: "nothing but the end of a window that is over",
    ...follow,
    headers: { "x-rate-limit-reset": inSeconds(-1) },
    reason: "WindowExhausted",
  },
  {
    what: "when to come back, as a date",
    ...follow,
    headers: { "retry-after": new Date(at + 60_000).toUTCString() },
    reason: "WindowExhausted",
    resetIn: 60_000,
  },
  {
    what: "when to come back, later than the window",
    ...follow,
    headers: { ...quarter(0), "retry-after": "1000" },
    reason: "WindowExhausted",
    resetIn: 1_000_000,
  },
  {
    what: "when to come back, in a year",
    ...follow,
    headers: { "retry-after": "31536000" },
    reason: "WindowExhausted",
    resetIn: 86_400_000,
  },
  {
    what: "the end of a window that nobody lives to see",
    ...follow,
    headers: { ...quarter(0), "x-rate-limit-reset": "99999999999" },
    reason: "WindowExhausted",
    resetIn: 86_400_000,
  },
  {
    what: "headers that make no sense",
    ...follow,
    headers: {
      "x-rate-limit-limit": "many",
      "x-rate-limit-remaining": "-0.5",
      "x-rate-limit-reset": "soon",
      "retry-after": "5 minutes",
    },
    reason: "WindowExhausted",
  },
]

const byHeaders: ReadonlyArray<Recorded> = bodies.flatMap(([said, body]) =>
  spent.map(({ what, ...rest }) => ({ title: `429 with ${said}: ${what}`, body, ...rest })),
)

const others: ReadonlyArray<Recorded> = [
  {
    title: "the cap on use, of which headers say nothing",
    endpoint: "getUsersFollowers",
    status: 429,
    headers: headers("x-rate-limit-", 40_000, 39_999, 900),
    body: capped,
    reason: "CapExhausted",
  },
  {
    title: "the cap on use, with when to come back",
    endpoint: "getUsersFollowers",
    status: 429,
    headers: { "retry-after": "86400" },
    body: capped,
    reason: "CapExhausted",
    resetIn: 86_400_000,
  },
  {
    title: "the cap on use, inside of errors",
    endpoint: "getUsersFollowers",
    status: 429,
    body: `{"errors":[${capped}]}`,
    reason: "CapExhausted",
  },
  {
    title: "the older way to say 429",
    endpoint: "friendships/create",
    status: 420,
    headers: {},
    body: "Enhance Your Calm",
    reason: "WindowExhausted",
  },
  {
    title: "the older way to say 429, with headers",
    endpoint: "followers/ids",
    status: 420,
    headers: headers("x-rate-limit-", 15, 0, 60),
    body: "",
    reason: "WindowExhausted",
    resetIn: 60_000,
  },
  {
    title: "a spent window under another status",
    endpoint: "followers/ids",
    status: 400,
    headers: headers("x-rate-limit-", 15, 0, 60),
    body: code88,
    reason: "WindowExhausted",
    resetIn: 60_000,
  },
]

export const quota: ReadonlyArray<Recorded> = [...byHeaders, ...others]
