/** Plays a random history over sockets, and has it judged on the way and at its end. */
import { type Command, Edge } from "@kith/core"
import { Result } from "effect"
import { expect } from "vitest"
import { meanwhile } from "./fates.ts"
import { fates, type History, maxBody, type Plan, type Step } from "./history.ts"
import {
  hasArrived,
  type Issued,
  isForTokens,
  isUnauthorized,
  isWrite,
  judgeCall,
  judgeEnd,
  openBefore,
  type Play,
} from "./judge.ts"
import { type Actor, begin, type Place, type Stand } from "./stand.ts"
import { sources } from "./world.ts"

/** Milliseconds of real time that a request takes which nobody answers. */
const timeout = 80

const start = (
  { history, stand }: Pick<Play, "history" | "stand">,
  index: number,
): Promise<Actor> => {
  const { ahead, freshFor, lag, resolveAtStart, way } = history
  return stand.start({
    way,
    freshFor,
    resolveAtStart,
    lag: lag === 0 ? 0 : (lag + 1) * 1000,
    timeout,
    maxBody,
    ahead: index === 1 ? ahead * 60_000 : 0,
  })
}

const actorOf = ({ actors }: Play, index: number): Actor => {
  const actor = actors[index]
  if (actor === undefined) throw new Error("no such process")
  return actor
}

/** Kills a process, if nothing else did, and starts another in its place. */
const revive = async (play: Play, index: number): Promise<void> => {
  actorOf(play, index).kill()
  play.actors[index] = await start(play, index)
}

const schedule = (stand: Stand, { fates: names, late, tokenFates }: Plan): void => {
  const [first = fates.fine, ...rest] = names.map((name) => fates[name])
  const begun =
    late === 0 ? first : meanwhile(first, `${late} s pass`, () => stand.clock.advance(late))
  stand.fates.splice(0, Number.POSITIVE_INFINITY, begun, ...rest)
  stand.tokenFates.splice(0, Number.POSITIVE_INFINITY, ...tokenFates.map((name) => fates[name]))
}

const issue = (play: Play, command: Command.Command): Issued => {
  const commandId = `command-${play.issued.length}`
  const it = { command, commandId, receipt: undefined, isOvertaken: false, isBeaten: false }
  play.issued.push(it)
  return it
}

/** Who has no receipt yet is overtaken by what comes now. */
const overtake = ({ blurred, issued }: Play, it: Issued): void => {
  for (const other of issued) {
    const isOn = other !== it && Edge.key(other.command) === Edge.key(it.command)
    if (!isOn || other.receipt !== undefined) continue
    other.isOvertaken = true
    blurred.add(Edge.key(other.command))
  }
}

/** Executes commands, each in its process, at the same time. */
const execute = async (
  play: Play,
  ...calls: ReadonlyArray<readonly [index: number, it: Issued]>
): Promise<void> => {
  const { stand } = play
  const isAlone = calls.length === 1
  const from = stand.requests.length
  const named = calls.map(([index, it]) => ({
    index,
    it,
    label: `${++play.calls} ${it.commandId}`,
  }))
  for (const { it } of named) overtake(play, it)
  const arrived = named.map(({ it }) => hasArrived(play, it))
  const [only] = named
  const open = isAlone && only !== undefined ? await openBefore(play, only.it) : []
  const outcomes = await Promise.all(
    named.map(async ({ index, it, label }) => {
      const { command, commandId } = it
      return actorOf(play, index).execute(command, { commandId }, label)
    }),
  )
  for (const [at, { index, it, label }] of named.entries()) {
    const outcome = outcomes[at]
    if (outcome === undefined) continue
    const requests = stand.requests.slice(from).filter((request) => request.label === label)
    await judgeCall(play, it, outcome, requests, isAlone, arrived[at] ?? false)
    if (outcome === "dead") await revive(play, index)
    else if (Result.isSuccess(outcome) && requests.some(isWrite)) {
      for (const other of open) other.isBeaten = true
    }
  }
}

/** Resolving takes one look for each open command, and no more. */
const resolve = async ({ stand, ...play }: Play, index: number): Promise<void> => {
  const from = stand.requests.length
  const open = await stand.openIntents()
  await actorOf({ stand, ...play }, index).resolve()
  const requests = stand.requests
    .slice(from)
    .filter((it) => it.label === "resolve" && !isForTokens(it) && !isUnauthorized(it))
  expect(requests.filter(isWrite)).toEqual([])
  expect(requests.length).toBeLessThanOrEqual(open.length)
}

const take = async (play: Play, step: Step): Promise<void> => {
  const { issued, stand } = play
  if ("plan" in step) schedule(stand, step.plan)
  switch (step.does) {
    case "execute":
      return execute(play, [step.process, issue(play, step.command)])
    case "repeat": {
      const it = issued.at(-1 - step.back)
      return it === undefined ? undefined : execute(play, [step.process, it])
    }
    case "both": {
      const [command, other] = step.commands
      const first = issue(play, command)
      if (step.dies !== undefined) actorOf(play, 0).dieAt(step.dies)
      await execute(play, [0, first], [step.second, step.isSame ? first : issue(play, other)])
      return step.dies === undefined ? undefined : revive(play, 0)
    }
    case "die":
      actorOf(play, step.process).dieAt(step.steps)
      await execute(play, [step.process, issue(play, step.command)])
      // It may have had less to do than that.
      return revive(play, step.process)
    case "stumble":
      actorOf(play, step.process).stumbleAt(step.steps)
      await execute(play, [step.process, issue(play, step.command)])
      return actorOf(play, step.process).stumbleAt(Number.POSITIVE_INFINITY)
    case "wait":
      return stand.clock.advance(step.seconds)
    case "resolve":
      return resolve(play, step.process)
    case "reconcile":
      await actorOf(play, step.process).reconcile(step.edge)
      return
    case "restart":
      return revive(play, step.process)
    case "down":
      await stand.proxy.down()
      await execute(play, [step.process, issue(play, step.command)])
      return stand.proxy.up()
    case "expire":
      return stand.expire(step.edge.source)
    case "drift":
      play.drifted.add(Edge.key(step.command))
      return stand.act(step.command)
  }
}

export const play = async (place: Place, history: History): Promise<void> => {
  await using stand = await begin(place)
  await stand.setLag(history.lag)
  const setting = { history, stand }
  const first = await start(setting, 0)
  for (const { id } of sources) await stand.signIn(first, id)
  const actors = [first, await start(setting, 1)]
  const it: Play = {
    ...setting,
    actors,
    issued: [],
    drifted: new Set(),
    blurred: new Set(),
    calls: 0,
  }
  for (const step of history.steps) await take(it, step)

  stand.fates.length = 0
  stand.tokenFates.length = 0
  // Leases end, windows of a day open, and X's reads catch up.
  stand.clock.advance(90_000)
  const { freshFor, lag, way } = history
  const last = await stand.start({ way, freshFor, lag: lag * 1000, timeout: 20_000 })
  for (const { id } of sources) await stand.signIn(last, id)
  await judgeEnd(it, last)
}
