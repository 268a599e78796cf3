/** What failed, as one line for a person at a terminal, with what to do there. */
import {
  type CommandError,
  Rejection,
  type RemoteError,
  type RemoteWalk,
  type StoreError,
} from "@kith/core"
import { detailsOf, type Failure, failed, later, retold, unknown } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import { fromStore } from "../store/Explanation.ts"

/** Characters of what X said. */
const longestEvidence = 200

const evidenceOf = ({ evidence }: RemoteError.RemoteError): string => {
  if (evidence === undefined) return ""
  const said = Screen.oneLine(evidence.body)
  const shown = said.length > longestEvidence ? `${said.slice(0, longestEvidence)}…` : said
  return ` (status ${evidence.status}${shown === "" ? "" : `: ${shown}`})`
}

const pointer = "; see the evidence"

/** With the evidence itself, where the message of a service leads to it. */
const whatWasSaid = (error: RemoteError.RemoteError): string => {
  const message = Screen.oneLine(error.message)
  if (message.includes(pointer)) return message.replace(pointer, () => evidenceOf(error))
  return error.reason === "Unclassified" ? message + evidenceOf(error) : message
}

const hintOf = ({ message, reason }: RemoteError.RemoteError): string =>
  (reason === "Unauthenticated" || reason === "ScopeMissing") &&
  /sign in/.test(message) &&
  !message.includes("kith login")
    ? ", with: kith login"
    : ""

export { fromStore }

export const fromRemote = (error: RemoteError.RemoteError, before = ""): Failure => {
  const message = before + whatWasSaid(error) + hintOf(error)
  return (error.retryable ? later : failed)(message, detailsOf(error))
}

/** Of a failure of X or of the files here. */
export const fromEither = (error: RemoteError.RemoteError | StoreError.StoreError): Failure =>
  error._tag === "RemoteError" ? fromRemote(error) : fromStore(error)

/**
 * @param begin the cursor that the walk began with
 * @param resume the command that goes on at a cursor
 */
export const fromWalk = (
  { because, cursor }: RemoteWalk.WalkStopped,
  begin: string | undefined,
  resume: (cursor: string) => string,
): Failure => {
  const failure = fromRemote(because)
  // Of a walk that got nowhere, the reason says it all.
  if (cursor === undefined || (cursor === begin && !because.retryable)) return failure
  const message = `${failure.message}; go on with: ${resume(cursor)}`
  return retold(failure, { tag: "WalkStopped", message, cursor })
}

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
      return failed(`${edge}: ${Rejection.explain(error.reason)}`, {
        ...detailsOf(error),
        reason: error.reason._tag,
      })
    case "PartlyDone":
      return retold(
        fromRemote(error.because, `${edge}: a part was done, and the rest was refused: `),
        { tag: error._tag },
      )
    case "OutcomeUnknown":
      return unknown(
        `${edge}: nobody knows whether this took effect (${whatHappened(error.reason)}); find out with: ${findOut}`,
        { resetAt: error.resetAt, retryable: error.retryable, commandId: error.commandId },
      )
    case "CommandIdReused":
    case "TooManyConflicts":
    case "InvalidInput":
      return failed(Screen.oneLine(error.message), detailsOf(error))
  }
}
