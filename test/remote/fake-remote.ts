/**
 * A network that is the authority, in memory: it follows the rules of the domain, can be told to lose
 * its answers, and counts what it was asked.
 */
import {
  Command,
  Decider,
  Directory,
  type Edge,
  Facts,
  type Page,
  type Reconciliation,
  type Relationship,
  RelationshipRemote,
  RemoteError,
  UserId,
} from "@kith/core"
import { Context, Deferred, Effect, Layer } from "effect"

/**
 * What becomes of the next command: carried out and not answered, lost on the way, refused; or, of a
 * follow, carried out but for its preferences, which are refused.
 */
export type Fault = "lost answer" | "lost command" | "refused" | "refused preferences" | "none"

export interface Control {
  /** What becomes of the next commands; those after go well. */
  readonly faults: Array<Fault>
  /** While it is there, commands that have arrived wait for it before they are answered. */
  hold: Deferred.Deferred<void> | undefined
  /** The list for which nobody has the credentials. */
  unlistable: Page.ListName | undefined
  /** What the network says when it refuses. */
  evidence: RemoteError.RemoteError["evidence"]
  /** Whether looking fails. */
  blind: boolean
  /** Whether looking shows nobody, as if all were suspended. */
  hidden: boolean
  /** How many commands were sent, which of them had an effect, how often somebody looked. */
  sent: number
  readonly effects: Array<Command.Command>
  looks: number
  /** How often this very command, whatever others are like it, had an effect. */
  readonly effectsOf: (command: Command.Command) => number
  readonly stateOf: (edge: Edge.Edge) => Relationship.Relationship
  /** Somebody acts there without us. */
  readonly act: (command: Command.Command) => Effect.Effect<void, unknown>
}

export class Remote extends Context.Service<Remote, Control>()("test/Remote") {}

type Evidence = RemoteError.RemoteError["evidence"]

const problem = (
  outcome: "refused" | "unknown",
  message: string,
  resetAt?: number,
  evidence?: Evidence,
) =>
  new RemoteError.RemoteError({
    outcome,
    reason: outcome === "refused" ? "WindowExhausted" : "Outage",
    message,
    retryable: true,
    ...(resetAt === undefined ? {} : { resetAt }),
    ...(evidence === undefined ? {} : { evidence }),
  })

const unable = (
  reason: "NotSupported" | "AccountSuspended",
  message: string,
  evidence?: Evidence,
) =>
  new RemoteError.RemoteError({
    outcome: "refused",
    reason,
    message,
    retryable: false,
    ...(evidence === undefined ? {} : { evidence }),
  })

/** Who acts, and on whom. */
const partiesOf = (command: Command.Command): [actor: UserId.UserId, other: UserId.UserId] =>
  Command.actor(command) === command.source
    ? [command.source, command.target]
    : [command.target, command.source]

/**
 * What the network has, all of it unless told.
 *
 * - `targetCommands`: calls for the target's side of a request and of a follow.
 * - `preferences`: calls that set preferences, and answers that show them.
 * - `suspendedActors`: suspended users may act.
 * - `distance`: how many turns of others a command takes to arrive, and its answer to come back; 0
 *   unless told.
 */
export interface Options {
  readonly targetCommands?: boolean
  readonly preferences?: boolean
  readonly suspendedActors?: boolean
  readonly distance?: number
}

const sources: ReadonlyArray<Command.Tag> = ["Follow", "Unfollow", "UpdatePreferences"]
const targets: ReadonlyArray<Command.Tag> = ["ApproveRequest", "DenyRequest", "RemoveFollower"]

const make = Effect.fnUntraced(function* (options: Options) {
  const {
    distance = 0,
    preferences = true,
    suspendedActors = true,
    targetCommands = true,
  } = options
  const commands = [...sources, ...(targetCommands ? targets : [])].filter(
    (tag) => preferences || tag !== "UpdatePreferences",
  )
  const travel = Effect.replicateEffect(Effect.yieldNow, distance, { discard: true })
  const directory = yield* Directory.Directory
  const edges = new Map<string, Relationship.Relationship>()
  const keyOf = ({ source, target }: Edge.Edge) => `${source}/${target}`
  const stateOf = (edge: Edge.Edge) => edges.get(keyOf(edge)) ?? Decider.initial

  const observationOf = (edge: Edge.Edge): Reconciliation.Observation => {
    const state = stateOf(edge)
    return preferences ? state : { _tag: state._tag }
  }

  const factsOf = (edge: Edge.Edge) =>
    Effect.map(directory.facts([edge]), ([facts]) => facts ?? Facts.missing)

  const carryOut = (command: Command.Command) =>
    Effect.map(factsOf(command), (facts): RelationshipRemote.Answer => {
      const decision = Decider.decide(stateOf(command), command, facts)
      if (decision._tag === "Failure") {
        return { _tag: "Refused", facts, observation: observationOf(command) }
      }
      if (decision.success.length > 0) {
        control.effects.push(command)
        // The newest first, as lists have it.
        const next = Decider.fold(stateOf(command), decision.success)
        edges.delete(keyOf(command))
        edges.set(keyOf(command), next)
      }
      return { _tag: "Carried", observation: observationOf(command) }
    })

  /** Why there is no way to carry a command out, if so. */
  const lacking = (command: Command.Command): string | undefined => {
    if (!commands.includes(command._tag)) return `the remote has no call for ${command._tag}`
    if (preferences || command._tag !== "Follow") return undefined
    return command.retweets === undefined && command.notifications === undefined
      ? undefined
      : "the remote has no call that sets preferences; follow without naming any"
  }

  const mayAct = (user: UserId.UserId, other: UserId.UserId) =>
    Effect.map(
      factsOf({ source: other, target: user }),
      ({ target }) => suspendedActors || target !== "suspended",
    )

  const control: Control = {
    faults: [],
    hold: undefined,
    unlistable: undefined,
    evidence: undefined,
    blind: false,
    hidden: false,
    sent: 0,
    effects: [],
    looks: 0,
    effectsOf: (command) => control.effects.filter((it) => it === command).length,
    stateOf,
    act: (command) => Effect.asVoid(carryOut(command)),
  }

  const remote = RelationshipRemote.RelationshipRemote.of({
    capabilities: {
      commands,
      preferences,
      observesPreferences: preferences,
      lists: ["following", "followers", "requestsSent", "requestsReceived"],
      observesAtOnce: 3,
    },
    prepare: (command) =>
      Effect.gen(function* () {
        const message = lacking(command)
        if (message !== undefined) return yield* unable("NotSupported", message)
        return Effect.gen(function* () {
          control.sent++
          const fault = control.faults.shift() ?? "none"
          yield* travel
          if (fault === "refused")
            return yield* problem("refused", "the window is spent", 1, control.evidence)
          if (fault === "lost command") return yield* problem("unknown", "the connection was lost")
          if (!(yield* mayAct(...partiesOf(command)))) {
            return yield* unable("AccountSuspended", "the account that acts is suspended")
          }
          if (fault === "refused preferences" && command._tag === "Follow") {
            const { source, target } = command
            const because = problem("refused", "the window is spent", 1, control.evidence)
            const answer = yield* carryOut(Command.follow(source, target))
            return answer._tag === "Carried" ? { ...answer, _tag: "Partly", because } : answer
          }
          const answer = yield* carryOut(command)
          yield* travel
          if (control.hold !== undefined) yield* Deferred.await(control.hold)
          return fault === "lost answer" ? yield* problem("unknown", "the answer was lost") : answer
        })
      }),
    observe: (source, targets) =>
      Effect.suspend(() => {
        control.looks++
        return control.blind
          ? Effect.fail(problem("refused", "nobody can look"))
          : Effect.succeed(
              targets.map((target) =>
                control.hidden ? undefined : observationOf({ source, target }),
              ),
            )
      }),
    list: (list, user, page) =>
      Effect.suspend(() => {
        if (list === control.unlistable)
          return Effect.fail(
            unable("NotSupported", "there are no credentials for it", control.evidence),
          )
        const begin = Number(page?.cursor ?? 0)
        const wanted = list === "following" || list === "followers" ? "Following" : "Pending"
        const outgoing = list === "following" || list === "requestsSent"
        const users = [...edges].toReversed().flatMap(([key, state]) => {
          const [source, target] = key.split("/")
          const [mine, other] = outgoing ? [source, target] : [target, source]
          return mine === user && state._tag === wanted && other !== undefined
            ? [UserId.make(other)]
            : []
        })
        const end = begin + (page?.limit ?? 2)
        return Effect.succeed({
          users: users.slice(begin, end),
          missing: [],
          ...(end < users.length ? { next: String(end) } : {}),
        })
      }),
  })
  return Context.make(RelationshipRemote.RelationshipRemote, remote).pipe(
    Context.add(Remote, control),
  )
})

export const layerOf = (
  options: Options,
): Layer.Layer<RelationshipRemote.RelationshipRemote | Remote, never, Directory.Directory> =>
  Layer.effectContext(make(options))

export const layer = layerOf({})
