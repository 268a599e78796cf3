/**
 * Reads what Node's server got: a request, when its body has come in whole.
 *
 * @since 0.1.0
 */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http"
import type { Request } from "./Message.ts"
import * as Remembered from "./Remembered.ts"

const isPlain = (headers: object): headers is Request["headers"] => !("set-cookie" in headers)

/**
 * Node gives one text for each header, however often it was sent, but for `set-cookie`. That one
 * belongs into answers alone, and is left out.
 */
const toHeaders = (headers: IncomingHttpHeaders): Request["headers"] => {
  if (isPlain(headers)) return headers
  const { "set-cookie": _, ...rest } = headers
  return isPlain(rest) ? rest : {}
}

const split = (url: string): Pick<Request, "path" | "search"> => {
  // A proxy's request names the whole URL (RFC 9112, section 3.2.2); the path is what counts.
  const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "")
  const question = target.indexOf("?")
  return {
    path: (question < 0 ? target : target.slice(0, question)) || "/",
    search: question < 0 ? "" : target.slice(question + 1),
  }
}

// Texts that were looked up before are found sooner than equal ones that were just cut out.
const urls = Remembered.make<Pick<Request, "path" | "search">>()

/** @category constructors @since 0.1.0 */
export const toRequest = (message: IncomingMessage, body: Uint8Array): Request => {
  const url = message.url ?? "/"
  const { path, search } = urls.get(url) ?? urls.set(url, split(url))
  return {
    method: message.method ?? "GET",
    path,
    search,
    headers: toHeaders(message.headers),
    body,
    remoteAddress: message.socket.remoteAddress ?? "",
  }
}

/** Node keeps the first `Host` alone of several. */
const countHosts = ({ rawHeaders }: IncomingMessage): number => {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === "host") count++
  }
  return count
}

/**
 * Whether a request says which host it means, once (RFC 9112, section 3.2).
 *
 * @category operations
 * @since 0.1.0
 */
export const namesItsHost = (message: IncomingMessage): boolean => {
  const hosts = countHosts(message)
  return hosts === 1 || (hosts === 0 && message.httpVersion !== "1.1")
}

/**
 * Whether nothing comes that has to be waited for.
 *
 * @category operations
 * @since 0.1.0
 */
export const hasNoBody = ({ method, headers }: IncomingMessage): boolean => {
  const length = headers["content-length"]
  return (
    method === "GET" &&
    headers["transfer-encoding"] === undefined &&
    (length === undefined || length === "0")
  )
}

/**
 * Reads the body of a request, and calls either function once, or none when the client leaves.
 *
 * @param limit how many bytes there may be
 * @category operations
 * @since 0.1.0
 */
export const body = (
  message: IncomingMessage,
  limit: number,
  then: { readonly whole: (body: Uint8Array) => void; readonly tooLarge: () => void },
): void => {
  if (Number(message.headers["content-length"] ?? 0) > limit) {
    then.tooLarge()
    return
  }
  const chunks: Array<Buffer> = []
  let size = 0
  message.on("data", (chunk: Buffer) => {
    size += chunk.length
    if (size <= limit) {
      chunks.push(chunk)
      return
    }
    chunks.length = 0
    message.removeAllListeners("data")
    message.removeAllListeners("end")
    then.tooLarge()
  })
  message.on("end", () => {
    const [first] = chunks
    then.whole(chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks))
  })
}
