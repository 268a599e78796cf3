/**
 * What PostgreSQL and the way to it do wrong, as errors of the store. No message has a password: it is
 * neither in the place that is named nor in anything that the server says.
 */
import { StoreError } from "@kith/core"

/** Members that errors of the driver, of sockets and of the server may have. */
interface Problem {
  readonly code: string | undefined
  readonly message: string
}

const problemOf = (error: unknown): Problem => {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) }
  // A server that says this falls, and what became of the statement is not known.
  const fell = "severity" in error && error.severity === "PANIC"
  const code = !fell && "code" in error && typeof error.code === "string" ? error.code : undefined
  const [first] = error instanceof AggregateError ? error.errors : []
  const message = error.message !== "" ? error.message : first instanceof Error ? first.message : ""
  return { code, message: message.replaceAll(/\s+/g, " ") }
}

/**
 * The transaction came into the way of another one and did nothing: it may be repeated.
 *
 * @internal
 */
export const isCollision = (error: unknown): boolean =>
  /^40(?:001|P01)$/.test(problemOf(error).code ?? "")

/**
 * The code with which our own functions say that somebody else was faster.
 *
 * @internal
 */
export const isFaster = (error: unknown): boolean => problemOf(error).code === "KT001"

/**
 * A lock was not to be had in the time allowed, and the statement did nothing.
 *
 * @internal
 */
export const isLockTimeout = (error: unknown): boolean => problemOf(error).code === "55P03"

/**
 * The server is a replica, or takes no writes for another reason.
 *
 * @internal
 */
export const takesNoWrites = (error: unknown): boolean => problemOf(error).code === "25006"

/** A server's code has five characters; sockets and the driver have words. */
const isOfServer = (code: string | undefined): boolean => /^[0-9A-Z]{5}$/.test(code ?? "")

/**
 * The connection is gone, or there was none.
 *
 * @internal
 */
export const isLost = (error: unknown): boolean => {
  const { code } = problemOf(error)
  return !isOfServer(code) || /^(?:08|57P0)/.test(code ?? "")
}

/**
 * The connection was there and is gone: another one may be had at once.
 *
 * @internal
 */
export const isCut = (error: unknown): boolean => {
  const { code, message } = problemOf(error)
  return (
    /^(?:ECONNRESET|EPIPE|57P01)$/.test(code ?? "") ||
    /^(?:Connection terminated|Client has encountered)/.test(message)
  )
}

/** @internal */
export const pooled =
  "a pooler gives every transaction another connection; use its session mode, or the server's own address"

type Reason = StoreError.StoreError["reason"]

/** @internal */
export const storeError = (
  reason: Reason,
  message: string,
  cause?: unknown,
): StoreError.StoreError =>
  new StoreError.StoreError({ reason, message, ...(cause === undefined ? {} : { cause }) })

/**
 * @param place where the server is, without user and password
 * @internal
 */
export const toStoreError = (
  place: string,
  schema: string,
  error: unknown,
): StoreError.StoreError => {
  if (error instanceof StoreError.StoreError) return error
  const { code = "", message } = problemOf(error)
  const make = (reason: Reason, text: string) => storeError(reason, `${place}: ${text}`, error)
  if (/client password must be a/.test(message)) {
    return make(
      "Unavailable",
      "the server wants a password, and the url has none; write postgres://user:password@host/database",
    )
  }
  switch (code) {
    case "53100":
      return make("Full", "the server's disk is full; commands are refused until there is room")
    case "25006":
      return make("ReadOnly", "the server takes no writes; use the primary's url, not a replica's")
    case "KT002":
      return make(
        "ReadOnly",
        "a replica cannot tell how far the log is whole; follow it with the primary's url",
      )
    case "42501":
      return make("ReadOnly", `the role of the url may not do this: ${message}; grant it the right`)
    case "28000":
      return make("Unavailable", `the server lets nobody in with this url: ${message}`)
    case "28P01":
      return make("Unavailable", "the server refuses the user or the password of the url")
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return make(
        "Unavailable",
        "the server's certificate is for another host; name that in the url",
      )
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return make(
        "Unavailable",
        "nobody known signed the server's certificate; name a file with who did as sslrootcert in the url",
      )
    case "3D000":
      return make("Unavailable", "there is no such database; create it first")
    // What was prepared on a connection is not there, or another's is.
    case "26000":
    case "42P05":
      return make("Unavailable", pooled)
    case "57014":
      return make("Unavailable", "it took longer than the time allowed; try again")
    case "XX001":
    case "XX002":
      return make("Corrupt", `PostgreSQL found damaged data: ${message}; restore a backup`)
    default:
      // Our own statements, to which the schema has no answer.
      return code === "3F000" || (isOfServer(code) && code.startsWith("42"))
        ? make(
            "Corrupt",
            `the schema ${schema} is not as this version of Kith made it: ${message}; ` +
              "restore a backup, or use another schema",
          )
        : make("Unavailable", `${message === "" ? "no answer" : message}; try again`)
  }
}
