/** How a request is written for `fetch`, and how an answer's body is read within bounds. */
import { encodePairs } from "../auth/Percent.ts"
import type { ApiRequest } from "../Endpoint.ts"

/**
 * Whether a text can be the value of a header as it is: printable ASCII.
 *
 * @internal
 */
export const fitsHeader = (text: string): boolean => /^[\x20-\x7e]*$/.test(text)

/**
 * Path and query.
 *
 * @internal
 */
export const target = ({ path, query }: ApiRequest): string =>
  query === undefined || query.length === 0 ? path : `${path}?${encodePairs(query)}`

const headersOf = (
  authorization: string | undefined,
  contentType: string | undefined,
): Record<string, string> => ({
  ...(authorization === undefined ? {} : { authorization }),
  ...(contentType === undefined ? {} : { "content-type": contentType }),
})

/**
 * Only members of `RequestInit` that every platform knows: some refuse a request for others.
 *
 * @internal
 */
export const init = (
  { form, json, method }: ApiRequest,
  authorization: string | undefined,
  signal: AbortSignal,
): RequestInit => {
  const redirect = "manual"
  if (form !== undefined) {
    const headers = headersOf(authorization, "application/x-www-form-urlencoded")
    return { method, redirect, signal, headers, body: encodePairs(form) }
  }
  if (json !== undefined) {
    const headers = headersOf(authorization, "application/json")
    return { method, redirect, signal, headers, body: JSON.stringify(json) }
  }
  return { method, redirect, signal, headers: headersOf(authorization, undefined) }
}

const join = (chunks: ReadonlyArray<Uint8Array>, length: number): Uint8Array => {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

/** The length that a header announces for the bytes that are read; none for a compressed body. */
const announcedLength = ({ headers }: Response): number | undefined => {
  const length = headers.get("content-length")
  return length === null || headers.has("content-encoding") || !/^[0-9]+$/.test(length)
    ? undefined
    : Number(length)
}

/**
 * The bytes of a body, as they come; `undefined` when there are too many. Platforms make one more copy
 * for `arrayBuffer`, which of long pages is felt.
 */
const readUpTo = async (
  body: ReadableStream<Uint8Array>,
  max: number,
): Promise<Uint8Array | undefined> => {
  const reader = body.getReader()
  const chunks: Array<Uint8Array> = []
  let length = 0
  for (;;) {
    // One after the other is what a stream is.
    const { done, value } = await reader.read()
    if (done) return join(chunks, length)
    length += value.length
    if (length > max) return undefined
    chunks.push(value)
  }
}

const decoder = new TextDecoder()

/**
 * The text of a body of at most `max` bytes. More is not read, and less than announced is no body.
 *
 * @internal
 */
export const readBody = async (
  response: Response,
  max: number,
): Promise<string | { readonly reason: "TooLarge" | "Truncated" }> => {
  if (response.body === null) return ""
  const announced = announcedLength(response)
  if (announced !== undefined && announced > max) return { reason: "TooLarge" }
  const bytes = await readUpTo(response.body, max)
  if (bytes === undefined) return { reason: "TooLarge" }
  if (announced !== undefined && bytes.length < announced) return { reason: "Truncated" }
  return decoder.decode(bytes)
}
