/**
 * One command, one fault, and what becomes of both: the story that all faults are told in.
 */
import { Command, type Edge } from "@kith/core"
import { expect } from "vitest"
import type { Fate } from "./fates.ts"
import type { Way } from "./process.ts"
import { type Actor, open, type Request, type Stand } from "./stand.ts"
import { ada, bea, sources } from "./world.ts"

/** Milliseconds of real time that a request takes at most where one will not be answered. */
export const patience = 200
/** Bytes of an answer that are read. */
export const maxBody = 16 * 1024

export const edge: Edge.Edge = { source: ada.id, target: bea.id }
export const follow = Command.follow(ada.id, bea.id)
export const unfollow = Command.unfollow(ada.id, bea.id)
export const commandId = "the-command"

const timeoutOf = ({ isSilent }: Fate) => (isSilent === true ? { timeout: patience } : {})

/** A process that asks X about everything, at once, for users who have just signed in. */
export const begin = async (
  stand: Stand,
  way: Way,
  more: Partial<Parameters<Stand["start"]>[0]> = {},
): Promise<Actor> => {
  const actor = await stand.start({ way, lag: 0, freshFor: 0, maxBody, ...more })
  for (const { id } of sources) await stand.signIn(actor, id)
  return actor
}

/** The same for another process: everybody has signed in already. */
export const another = (
  stand: Stand,
  way: Way,
  more: Partial<Parameters<Stand["start"]>[0]> = {},
): Promise<Actor> => stand.start({ way, lag: 0, freshFor: 0, maxBody, ...more })

/** What requests came to: their methods, with the status of an answer that X gave. */
export const short = (requests: ReadonlyArray<Request>): ReadonlyArray<string> =>
  requests.map(({ method, path, statuses }) =>
    [path.startsWith("/2/oauth2") ? "token" : method, ...statuses].join(" "),
  )

/** What a command did on X, all its requests together. */
export const effects = (stand: Stand, label = commandId): ReadonlyArray<string> =>
  stand.requests
    .filter((request) => request.label === label)
    .flatMap(({ events }) => events.map(({ event }) => event._tag))

/** Nothing is open, and what is known here is what X has. */
export const expectAgreement = async (stand: Stand): Promise<void> => {
  expect(await stand.openIntents()).toEqual([])
  const { relationship } = await stand.known(edge)
  expect(relationship).toEqual(stand.truth(edge))
  const versions = (await stand.history(edge)).map(({ version }) => version)
  expect(versions).toEqual(versions.map((_, index) => index + 1))
}

const following = { _tag: "Following" }
const none = { _tag: "None" }

export const succeeds = (receipt: object) => ({ _tag: "Success", success: receipt })
export const fails = (error: object) => ({ _tag: "Failure", failure: error })

/**
 * A follow on which a fault falls, and what its caller hears: that its outcome is unknown, or that it
 * was refused, with the reason.
 *
 * Then the fault is over. Repeating the command under its id carries it out, or finds that it was; X
 * is sent a command again only when a look has shown that the first one had no effect.
 */
export const repeated = async (
  way: Way,
  fate: Fate,
  heard: "OutcomeUnknown" | { readonly reason: string; readonly retryable: boolean },
): Promise<void> => {
  await using stand = await open()
  const actor = await begin(stand, way, timeoutOf(fate))
  stand.fates.push(fate)
  const arrived = fate.deliveries > 0
  const isUnknown = heard === "OutcomeUnknown"

  const first = await actor.execute(follow, { commandId })
  expect(first).toMatchObject(
    fails(isUnknown ? { _tag: heard, commandId } : { outcome: "refused", ...heard }),
  )
  expect(stand.truth(edge)).toMatchObject(arrived ? following : none)
  expect(await stand.openIntents()).toHaveLength(isUnknown ? 1 : 0)
  expect(await stand.history(edge)).toEqual([])

  const from = stand.requests.length
  const second = await actor.execute(follow, { commandId })
  expect(second).toMatchObject(
    succeeds({
      _tag: "Changed",
      relationship: following,
      events: [{ commandId, provenance: isUnknown && arrived ? "observed" : "confirmed" }],
    }),
  )
  expect(short(stand.requests.slice(from))).toEqual(
    isUnknown ? (arrived ? ["GET 200"] : ["GET 200", "POST 200"]) : ["POST 200"],
  )
  expect(effects(stand)).toEqual(["Followed"])
  await expectAgreement(stand)

  const requests = stand.requests.length
  expect(await actor.execute(follow, { commandId })).toEqual(second)
  expect(stand.requests).toHaveLength(requests)
}

/** A fault that costs nothing but the time that it takes. */
export const unharmed = async (way: Way, fate: Fate): Promise<void> => {
  await using stand = await open()
  const actor = await begin(stand, way, timeoutOf(fate))
  stand.fates.push(fate)
  expect(await actor.execute(follow, { commandId })).toMatchObject(
    succeeds({ _tag: "Changed", relationship: following, events: [{ provenance: "confirmed" }] }),
  )
  expect(stand.requests).toHaveLength(1)
  expect(effects(stand)).toEqual(["Followed"])
  await expectAgreement(stand)
}

/** The same follow, which nobody repeats: the next process finds out by one look. */
export const resolved = async (way: Way, fate: Fate): Promise<void> => {
  await using stand = await open()
  const actor = await begin(stand, way, timeoutOf(fate))
  stand.fates.push(fate)
  await actor.execute(follow, { commandId })
  actor.kill()
  const from = stand.requests.length
  const next = await another(stand, way)
  expect(await next.resolve()).toMatchObject({ _tag: "Success" })
  expect(short(stand.requests.slice(from))).toEqual(["GET 200"])
  expect(stand.truth(edge)).toMatchObject(fate.deliveries > 0 ? following : none)
  await expectAgreement(stand)
}

/** A look on which a fault falls: it fails, changes nothing, and can be repeated. */
export const lookedAgain = async (way: Way, fate: Fate): Promise<void> => {
  await using stand = await open()
  const actor = await begin(stand, way, timeoutOf(fate))
  await stand.act(follow)
  stand.fates.push(fate)
  expect(await actor.reconcile(edge)).toMatchObject(
    fails({ _tag: "RemoteError", outcome: "refused" }),
  )
  expect(await stand.history(edge)).toEqual([])
  expect(await actor.reconcile(edge)).toMatchObject(
    succeeds({ relationship: following, events: [{ provenance: "observed", actor: null }] }),
  )
  await expectAgreement(stand)
}
