/**
 * What has to hold in a random history, while it lasts and once the faults have stopped.
 *
 * Where others change an edge as well, or a process has a wrong clock, a look cannot always tell what
 * became of a command. Of such edges less is asked: see {@link isStrict}.
 */
import {
  type Command,
  CommandError,
  Decider,
  Edge,
  type Receipt,
  type Relationship,
  RemoteError,
} from "@kith/core"
import { Result } from "effect"
import { expect } from "vitest"
import { fates, hasPreferences, type History } from "./history.ts"
import type { Outcome } from "./process.ts"
import type { Actor, Request, Stand } from "./stand.ts"
import { edges, sources } from "./world.ts"

/**
 * A command under its id.
 *
 * - `receipt`: what its caller was told first.
 * - `isOvertaken`: others came to its edge before it had one.
 * - `isBeaten`: one of those found it standing open, was sent, and carried out.
 */
export interface Issued {
  readonly command: Command.Command
  readonly commandId: string
  receipt: Receipt.Receipt | undefined
  isOvertaken: boolean
  isBeaten: boolean
}

/**
 * - `drifted`: edges that others changed.
 * - `blurred`: edges on which a command was overtaken, so that nobody looked at what it had set.
 */
export interface Play {
  readonly history: History
  readonly stand: Stand
  readonly actors: Array<Actor>
  readonly issued: Array<Issued>
  readonly drifted: Set<string>
  readonly blurred: Set<string>
  calls: number
}

/** Whether the edge is ours alone, and all clocks agree. */
export const isStrict = ({ drifted, history }: Play, edge: Edge.Edge): boolean =>
  !drifted.has(Edge.key(edge)) && history.ahead === 0

export const isForTokens = ({ path }: Request): boolean => path.startsWith("/2/oauth2/")

export const isUnauthorized = ({ fate, statuses }: Request): boolean =>
  fate.startsWith(fates.unauthorized.what) || statuses.includes(401)

export const isWrite = (request: Request): boolean =>
  request.method !== "GET" && !isForTokens(request)

/** How many requests to X's API a command takes. */
const writesOf = (command: Command.Command, { way }: History): number => {
  if (command._tag !== "Follow") return 1
  const { notifications, retweets } = command
  return retweets !== undefined ||
    (way === "v1" ? notifications === false : notifications !== undefined)
    ? 2
    : 1
}

/**
 * How many requests one call of `execute` sends at most: a look at what stands open on the edge, the
 * command in one request or two, after each of them a look at what its answer left open; and each of
 * these once more that was refused with a 401. Those for tokens come on top, at most one for each.
 */
const boundOf = (
  command: Command.Command,
  history: History,
  requests: ReadonlyArray<Request>,
): number => 1 + 2 * writesOf(command, history) + requests.filter(isUnauthorized).length

/** v2 shows no preferences. v1.1 says of a request without any what it says where there is no follow. */
const showsPreferences = (truth: Relationship.Relationship, { way }: History): boolean =>
  hasPreferences(way) && !(truth._tag === "Pending" && !truth.retweets && !truth.notifications)

const expectSame = (
  { blurred, history }: Play,
  edge: Edge.Edge,
  known: Relationship.Relationship,
  truth: Relationship.Relationship,
  isFinal = false,
): void => {
  const isBlurred = !isFinal && blurred.has(Edge.key(edge))
  if (showsPreferences(truth, history) && !isBlurred) expect(known, Edge.key(edge)).toEqual(truth)
  else expect(known._tag, Edge.key(edge)).toBe(truth._tag)
}

/** Whether a failure says that nothing was done. */
const saysNothing = (error: CommandError.CommandError): boolean =>
  error instanceof CommandError.CommandRejected ||
  (error instanceof RemoteError.RemoteError && error.outcome === "refused")

const idsOf = async (stand: Stand): Promise<ReadonlyArray<string>> => {
  const entries = await stand.openIntents()
  return entries.map(({ value }) => JSON.parse(value).commandId)
}

/** The commands on the edge of another one that stand open, and that nobody else is looking at. */
export const openBefore = async (play: Play, it: Issued): Promise<ReadonlyArray<Issued>> => {
  if (play.history.resolveAtStart) return []
  const ids = await idsOf(play.stand)
  return play.issued.filter(
    (other) =>
      other !== it &&
      ids.includes(other.commandId) &&
      Edge.key(other.command) === Edge.key(it.command),
  )
}

/** Whether X has carried a command out that a look can tell of, and no newer one came. */
export const hasArrived = (
  { history, stand }: Play,
  { command, commandId, isOvertaken }: Issued,
): boolean =>
  !isOvertaken &&
  command._tag !== "UpdatePreferences" &&
  writesOf(command, history) === 1 &&
  stand.requests.some(
    (it) => it.label.endsWith(` ${commandId}`) && isWrite(it) && it.statuses.includes(200),
  )

/**
 * What a call did, held against what its caller was told:
 *
 * - A command that was refused, by X or by the rules, had no effect.
 * - A command of which X refused a part left the edge on X as it says.
 * - A command that was carried out left the edge on X as the receipt says, unless newer ones came first;
 *   and the receipt is the same each time.
 * - A command of which nobody knows is written down.
 * - A command that a newer one has beaten sends nothing more, nor does one that has arrived.
 * - No more requests were sent than {@link boundOf} says.
 *
 * @param isAlone nobody else was asked for anything at the same time
 * @param arrived whether the command had arrived before
 */
export const judgeCall = async (
  play: Play,
  it: Issued,
  outcome: Outcome,
  requests: ReadonlyArray<Request>,
  isAlone: boolean,
  arrived: boolean,
): Promise<void> => {
  const { history, stand } = play
  const strict = isStrict(play, it.command)
  const mine = requests.filter((request) => !isForTokens(request))
  if (isAlone) {
    expect(mine.length, "requests").toBeLessThanOrEqual(boundOf(it.command, history, mine))
    expect(requests.length - mine.length, "requests for tokens").toBeLessThanOrEqual(
      mine.length + 2,
    )
  }
  if ((it.isBeaten || arrived) && strict) expect(mine.filter(isWrite), "sent again").toEqual([])
  if (outcome === "dead") return
  if (Result.isFailure(outcome)) {
    const error = outcome.failure
    if (saysNothing(error)) {
      expect(
        mine.flatMap(({ events }) => events),
        `refused: ${error.message}`,
      ).toEqual([])
    }
    if (error instanceof CommandError.PartlyDone && strict && isAlone && !it.isOvertaken) {
      expectSame(play, it.command, error.receipt.relationship, stand.truth(it.command))
    }
    // Others may have found out about it just then.
    if (error instanceof CommandError.OutcomeUnknown && isAlone && !history.resolveAtStart) {
      expect(await idsOf(stand)).toContain(it.commandId)
    }
    return
  }
  const receipt = outcome.success
  if (it.receipt !== undefined) return expect(receipt).toEqual(it.receipt)
  it.receipt = receipt
  if (strict && isAlone && !it.isOvertaken) {
    expectSame(play, it.command, receipt.relationship, stand.truth(it.command))
  }
}

/** No command took effect twice. */
const judgeEffects = (play: Play, { command, commandId, isBeaten, isOvertaken }: Issued): void => {
  const { history, stand } = play
  // Of two requests the first may have arrived alone, and nobody remembers it of a command that was
  // found not to have been carried out.
  const isHalf = writesOf(command, history) > 1 && isOvertaken && !isBeaten
  if (!isStrict(play, command) || isHalf) return
  const effects = stand.requests
    .filter(({ label }) => label.endsWith(` ${commandId}`))
    .flatMap(({ events }) => events.map(({ event }) => event._tag))
  expect(effects, `effects of ${commandId}`).toEqual([...new Set(effects)])
}

/**
 * Once the faults have stopped, windows have opened, and everybody has signed in again who had to, a new
 * process resolves what is open. Then:
 *
 * - No command stands open.
 * - What is known here is what X has, for every edge, and a walk finds nothing more; where others act as
 *   well, after the walk.
 * - No command took effect twice.
 * - No event of a receipt is missing; each edge's versions are 1, 2, 3 …, and each event changed it.
 */
export const judgeEnd = async (play: Play, last: Actor): Promise<void> => {
  const { issued, stand } = play
  expect(await last.resolve()).toMatchObject({ _tag: "Success" })
  expect(await stand.openIntents()).toEqual([])

  const agree = async (edge: Edge.Edge, isFinal: boolean) => {
    const { relationship } = await stand.known(edge)
    expectSame(play, edge, relationship, stand.truth(edge), isFinal)
  }
  for (const edge of edges) if (isStrict(play, edge)) await agree(edge, false)
  for (const { id } of sources) {
    const found = await last.reconcileAll(id)
    expect(found.filter((event) => isStrict(play, event))).toEqual([])
  }
  for (const edge of edges) {
    await last.reconcile(edge)
    await agree(edge, true)
  }

  const written = new Set<string>()
  for (const edge of edges) {
    const events = await stand.history(edge)
    expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1))
    let state = Decider.initial
    for (const { event, id } of events) {
      written.add(id)
      const next = Decider.evolve(state, event)
      expect(next, `${event._tag} after ${state._tag}`).not.toEqual(state)
      state = next
    }
  }
  for (const it of issued) {
    for (const { id } of it.receipt?.events ?? []) expect(written).toContain(id)
    judgeEffects(play, it)
  }
}
