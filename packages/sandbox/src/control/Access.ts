/**
 * Who may use the control API, which has no password: programs on this machine, unless asked
 * otherwise.
 *
 * The address of the peer alone does not tell: a web page that this machine's browser shows can send
 * requests here too, under its own name (a cross-site request) or, with the help of its name server,
 * under a name that leads here (DNS rebinding). The `Origin` and `Host` headers give both away.
 *
 * @since 0.1.0
 */
import { isIP } from "node:net"
import type { Request } from "../http/Message.ts"

/**
 * - `remoteControl`: other machines are served as well, under any name.
 * - `hosts`: names that this machine is asked for under besides loopback ones, without a port.
 *
 * @category models
 * @since 0.1.0
 */
export interface Access {
  readonly remoteControl: boolean
  readonly hosts: ReadonlyArray<string>
}

/** `127.0.0.0/8` and `::1`, also in the form that a socket for both families gives. */
const isLoopbackAddress = (address: string): boolean =>
  address === "::1" || (isIP(address) !== 0 && /^(?:::ffff:)?127\./i.test(address))

/** The name in a `Host` header, in lower case and without brackets; `undefined` when it is none. */
const hostName = (host: string | undefined): string | undefined => {
  const url = host === undefined ? null : URL.parse(`http://${host}`)
  return url === null || host === undefined || /[/?#@\\]/.test(host)
    ? undefined
    : url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "")
}

const isLoopbackName = (name: string): boolean =>
  name === "localhost" || name.endsWith(".localhost") || isLoopbackAddress(name)

/**
 * Why a request may not use the control API, with what to do about it; `undefined` when it may.
 *
 * @category predicates
 * @since 0.1.0
 */
export const refusal = (
  access: Access,
  request: Pick<Request, "headers" | "remoteAddress">,
): string | undefined => {
  const { headers, remoteAddress } = request
  const name = hostName(headers["host"])
  if (!access.remoteControl) {
    if (!isLoopbackAddress(remoteAddress)) {
      return "the control API serves this machine only; start the sandbox with --allow-remote-control to open it"
    }
    if (name === undefined || !(isLoopbackName(name) || access.hosts.includes(name))) {
      return "the control API is asked for under a name that is not this machine's; use 127.0.0.1 or localhost"
    }
  }
  const origin = headers["origin"]
  if (origin === undefined) return undefined
  const site = URL.parse(origin)?.host
  return site !== undefined && site === URL.parse(`http://${headers["host"]}`)?.host
    ? undefined
    : "the control API does not answer pages of other sites"
}
