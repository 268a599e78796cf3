/** What failed, as one line for a person at a terminal, with what to do there. */
import { type CommandError, Rejection, type RemoteError, type StoreError } from "@kith/core"
import { type Failure, failed, later, unknown } from "../Failure.ts"
import * as Screen from "../Screen.ts"

/** Of what X said, in words that nobody recognised. */
const longestEvidence = 200

const evidenceOf = ({ evidence, reason }: RemoteError.RemoteError): string => {
  if (evidence === undefined || reason !== "Unclassified") return ""
  const said = Screen.oneLine(evidence.body)
  const shown = said.length > longestEvidence ? `${said.slice(0, longestEvidence)}…` : said
  return ` (status ${evidence.status}${shown === "" ? "" : `: ${shown}`})`
}

const hintOf = ({ message, reason }: RemoteError.RemoteError): string =>
  (reason === "Unauthenticated" || reason === "ScopeMissing") &&
  /sign in/.test(message) &&
  !message.includes("kith login")
    ? ", with: kith login"
    : ""

export const fromRemote = (error: RemoteError.RemoteError, before = ""): Failure => {
  const message = before + Screen.oneLine(error.message) + evidenceOf(error) + hintOf(error)
  return error.retryable ? later(message) : failed(message)
}

export const fromStore = ({ message }: StoreError.StoreError): Failure =>
  failed(Screen.oneLine(message))

/** Of a failure of X or of the files here. */
export const fromEither = (error: RemoteError.RemoteError | StoreError.StoreError): Failure =>
  error._tag === "RemoteError" ? fromRemote(error) : fromStore(error)

/** Without the advice behind it, which is for those who may ask again. */
const whatHappened = (reason: string): string => Screen.oneLine(reason).split("; ", 1)[0] ?? ""

/**
 * Of a command that has no receipt.
 *
 * @param edge how the edge is called
 * @param findOut the command that tells what became of this one
 */
export const fromCommand = (
  error: CommandError.CommandError,
  edge: string,
  findOut: string,
): Failure => {
  switch (error._tag) {
    case "RemoteError":
      return fromRemote(error)
    case "StoreError":
      return fromStore(error)
    case "CommandRejected":
      return failed(`${edge}: ${Rejection.explain(error.reason)}`)
    case "PartlyDone":
      return fromRemote(error.because, `${edge}: a part was done, and the rest was refused: `)
    case "OutcomeUnknown":
      return unknown(
        `${edge}: nobody knows whether this took effect (${whatHappened(error.reason)}); find out with: ${findOut}`,
      )
    case "CommandIdReused":
    case "TooManyConflicts":
    case "InvalidInput":
      return failed(Screen.oneLine(error.message))
  }
}
