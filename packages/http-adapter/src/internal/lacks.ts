/**
 * What is said where there is no credential.
 *
 * Whoever reads a long list asks for its owner's credential at every page, and the app's own is taken
 * where there is none. An error is dear to make, mostly for its stack: made anew for every page it takes
 * a tenth of the page. So the last one is kept, and given again for the same.
 */
import type { RemoteError, UserId } from "@kith/core"
import * as Effect from "effect/Effect"
import { refused } from "./tokenServer.ts"

type Lack = RemoteError.RemoteError

/** @internal */
export const noApp = Effect.fail(
  refused("NotSupported", "there is no credential of the app itself; give its bearer token"),
)

/** @internal */
export const notOurs = Effect.fail(
  refused(
    "Unauthenticated",
    "X refuses a credential that did not come from here; check where it is from",
  ),
)

/** An error about a user, made once for the same user in a row. @internal */
export const ofUser = (make: (user: UserId.UserId) => Lack): ((user: UserId.UserId) => Lack) => {
  let last: { readonly user: UserId.UserId; readonly lack: Lack } | undefined
  return (user) => {
    if (last?.user !== user) last = { user, lack: make(user) }
    return last.lack
  }
}

const join = (lacks: ReadonlyArray<Lack>): Lack => {
  const special = lacks.find(
    ({ reason }) => reason !== "Unauthenticated" && reason !== "UserContextRequired",
  )
  const said = new Set(lacks.map(({ message }) => message))
  return refused(special?.reason ?? lacks[0]?.reason ?? "Unauthenticated", [...said].join("; or: "))
}

/** Several errors as one, made once for the same ones in a row. @internal */
export const joined = (): ((lacks: ReadonlyArray<Lack>) => Lack) => {
  let last: { readonly lacks: ReadonlyArray<Lack>; readonly lack: Lack } | undefined
  return (lacks) => {
    const before = last?.lacks
    const isSame =
      before?.length === lacks.length && lacks.every((lack, index) => lack === before[index])
    if (last === undefined || !isSame) last = { lacks, lack: join(lacks) }
    return last.lack
  }
}
