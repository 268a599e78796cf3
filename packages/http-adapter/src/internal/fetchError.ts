/**
 * What the errors of `fetch` tell. Platforms agree on little more than `TypeError`; what else there
 * is lies in `cause`.
 */

/** Codes of errors that happen before a connection is there: Node's and undici's, then Bun's. */
const beforeConnection = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REVOKED",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "ConnectionRefused",
  "FailedToOpenSocket",
])

/**
 * What is said before a connection is there, and has no code of its own: of Deno's HTTP client, which
 * names the stage, of TLS that Node could not begin, and of a proxy that opened no tunnel.
 */
const saidBefore =
  /client error \(Connect\)|before secure TLS connection was established$|^Proxy response \([0-9]+\) !== 200 when HTTP Tunneling$/

/**
 * What Node and Deno say, and nothing else says, of a port that the standard of `fetch` forbids, such
 * as 6000. Bun and workerd connect to it.
 */
const forbiddenPort = /^bad port$|: Requests to port [0-9]+ are blocked$/

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined

const messageOf = (link: unknown): string => text(member(link, "message")) ?? ""

/** The error and what caused it, the outermost first. */
const chain = (error: unknown): ReadonlyArray<unknown> => {
  const links: Array<unknown> = []
  for (let at = error; at !== undefined && links.length < 8; at = member(at, "cause"))
    links.push(at)
  return links
}

/**
 * What the platform calls the error. Its message is never shown: it may quote headers, and with them
 * credentials.
 *
 * @internal
 */
export const codeOf = (error: unknown): string | undefined => {
  for (const link of chain(error)) {
    const code = text(member(link, "code"))
    if (code !== undefined) return code
  }
  return undefined
}

/**
 * Whether `fetch` sends nothing to the port, now and at any other time.
 *
 * @internal
 */
export const forbids = (error: unknown): boolean =>
  chain(error).some((link) => forbiddenPort.test(messageOf(link)))

/**
 * Whether the error says for certain that no byte of the request has left.
 *
 * @internal
 */
export const leftNothing = (error: unknown): boolean =>
  chain(error).some((link) => {
    const code = text(member(link, "code"))
    const call = text(member(link, "syscall"))
    const attempts = member(link, "errors")
    return (
      // One for each address that was tried.
      (Array.isArray(attempts) && attempts.length > 0 && attempts.every(leftNothing)) ||
      (code !== undefined && beforeConnection.has(code)) ||
      call === "connect" ||
      call === "getaddrinfo" ||
      saidBefore.test(messageOf(link))
    )
  })
