/** What failed of a store, as one line for a person at a terminal. */
import type { StoreError } from "@kith/core"
import { detailsOf, type Failure, failed } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as SystemError from "../SystemError.ts"

export const fromStore = (error: StoreError.StoreError): Failure =>
  failed(Screen.oneLine(error.message), detailsOf(error))

/** Of a file that cannot be used. */
export const fromFile = (message: string): Failure => failed(message, { tag: "FileError" })

/** @param what what was tried, such as `read the world file` */
export const fromSystem = (what: string, file: string, error: unknown): Failure =>
  fromFile(`cannot ${what} ${Screen.plain(file)}: ${SystemError.explain(error)}`)
