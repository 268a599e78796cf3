/** What failed of a store, as one line for a person at a terminal. */
import type { StoreError } from "@kith/core"
import { type Failure, failed } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as SystemError from "../SystemError.ts"

export const fromStore = ({ message }: StoreError.StoreError): Failure =>
  failed(Screen.oneLine(message))

/** @param what what was tried, such as `read the world file` */
export const fromSystem = (what: string, file: string, error: unknown): Failure =>
  failed(`cannot ${what} ${Screen.plain(file)}: ${SystemError.explain(error)}`)
