/**
 * The sandbox against Node's bare HTTP server: CPU time per request, over 64 keep-alive connections.
 *
 * Rounds alternate between the servers; each figure is the median of its rounds.
 */
import { fork, type ChildProcess } from "node:child_process"
import { createHmac, randomUUID } from "node:crypto"
import { once } from "node:events"
import * as crowd from "./support/crowd.ts"
import { type Benchmark, type Figure, median } from "./harness.ts"
import { run } from "./support/load.ts"

const connections = 64
const rounds = 7
const warmups = 10
const perRound = 6_000

interface Server {
  readonly port: number
  readonly cpu: (page?: string) => Promise<number>
  readonly stop: () => void
}

const ask = async (child: ChildProcess): Promise<{ port?: number; cpu?: number }> => {
  const answered = new AbortController()
  const { signal } = answered
  try {
    const gone = once(child, "exit", { signal }).then(() => {
      throw new Error("a server ended early")
    })
    const [answer] = await Promise.race([once(child, "message", { signal }), gone])
    return answer
  } finally {
    answered.abort()
  }
}

const serve = async (kind: "bare" | "sandbox"): Promise<Server> => {
  const child = fork(new URL("support/serve.ts", import.meta.url), [kind])
  const { port = 0 } = await ask(child)
  return {
    port,
    cpu: async (page) => {
      child.send(page === undefined ? { cpu: true } : { page })
      return (await ask(child)).cpu ?? Number.NaN
    },
    stop: () => child.kill(),
  }
}

const request = (method: string, path: string, authorization: string, body = ""): Buffer =>
  Buffer.from(
    [
      `${method} ${path} HTTP/1.1`,
      "host: 127.0.0.1",
      `authorization: ${authorization}`,
      ...(body === ""
        ? []
        : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`]),
      "",
      body,
    ].join("\r\n"),
  )

/** The header of a request that is signed as RFC 5849 has it; nothing but `oauth_*` is signed. */
const sign = (method: string, path: string, source: number): string => {
  const { token, secret } = crowd.oauth1(source)
  const parameters = [
    ["oauth_consumer_key", crowd.consumer.key],
    ["oauth_nonce", randomUUID()],
    ["oauth_signature_method", "HMAC-SHA1"],
    ["oauth_timestamp", String(Math.floor(Date.now() / 1000))],
    ["oauth_token", token],
    ["oauth_version", "1.0"],
  ] as const
  const text = parameters.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")
  const url = `https://api.x.com${path}`
  const base = [method, url, text].map(encodeURIComponent).join("&")
  const signature = createHmac("sha1", `${crowd.consumer.secret}&${secret}`)
    .update(base)
    .digest("base64")
  const header = [...parameters, ["oauth_signature", signature] as const]
  return `OAuth ${header.map(([name, value]) => `${name}="${encodeURIComponent(value)}"`).join(", ")}`
}

/** Follows that nobody sent before, over all rounds and kinds of credentials. */
const follows = (round: number, oauth1: boolean): ReadonlyArray<Buffer> =>
  Array.from({ length: perRound }, (_, index) => {
    const pair = round * perRound + index
    const source = pair % crowd.sources
    const target = Math.floor(pair / crowd.sources) % crowd.targets
    const path = `/2/users/${crowd.sourceId(source)}/following`
    return request(
      "POST",
      path,
      oauth1 ? sign("POST", path, source) : `Bearer ${crowd.accessToken(source)}`,
      JSON.stringify({ target_user_id: crowd.targetId(target) }),
    )
  })

const page = request(
  "GET",
  `/2/users/${crowd.celebrity}/followers?max_results=100`,
  `Bearer ${crowd.bearerToken}`,
)

const measure = async (server: Server, requests: ReadonlyArray<Buffer>): Promise<number> => {
  const before = await server.cpu()
  await run({ port: server.port, connections, requests })
  return ((await server.cpu()) - before) / requests.length
}

/** What the sandbox answers to the page, for the bare server to send as well. */
const pageText = async (port: number): Promise<string> => {
  const answer = await fetch(`http://127.0.0.1:${port}/2/users/${crowd.celebrity}/followers`, {
    headers: { authorization: `Bearer ${crowd.bearerToken}` },
  })
  return answer.text()
}

const against = (
  name: string,
  ours: ReadonlyArray<number>,
  theirs: ReadonlyArray<number>,
  atMost: number,
): Figure => ({
  name,
  ours: `${median(ours).toFixed(1)} µs`,
  theirs: `${median(theirs).toFixed(1)} µs`,
  ratio: median(ours.map((time, round) => time / (theirs[round] ?? Number.NaN))),
  goal: { atMost },
})

const figures = async (bare: Server, sandbox: Server): Promise<ReadonlyArray<Figure>> => {
  await bare.cpu(await pageText(sandbox.port))
  const pages = Array.from({ length: perRound }, () => page)
  const bareFollow: Array<number> = []
  const bearer: Array<number> = []
  const oauth1: Array<number> = []
  const barePage: Array<number> = []
  const followers: Array<number> = []
  for (let round = 0; round < rounds + warmups; round++) {
    // Signing takes the client long, and a server that waits meanwhile begins its round cold.
    const sent = follows(round, false)
    const signed = follows(rounds + warmups + round, true)
    const taken = [
      [bareFollow, await measure(bare, sent)],
      [bearer, await measure(sandbox, sent)],
      [oauth1, await measure(sandbox, signed)],
      [barePage, await measure(bare, pages)],
      [followers, await measure(sandbox, pages)],
    ] as const
    if (round >= warmups) for (const [samples, microseconds] of taken) samples.push(microseconds)
  }
  return [
    against(
      "POST …/following with a bearer token, against bare node:http",
      bearer,
      bareFollow,
      2.5,
    ),
    against("the same signed with OAuth 1.0a, against a bearer token", oauth1, bearer, 1.6),
    against("GET …/followers, 100 users, against the same bytes", followers, barePage, 2),
  ]
}

const benchmark: Benchmark = {
  title: "CPU time of a request to the sandbox, 64 keep-alive connections",
  run: async () => {
    const servers = await Promise.all([serve("bare"), serve("sandbox")])
    try {
      return await figures(...servers)
    } finally {
      for (const server of servers) server.stop()
    }
  },
}

export default benchmark
