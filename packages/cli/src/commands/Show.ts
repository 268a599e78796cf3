/** `kith show` */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { describe } from "../Act.ts"
import * as Client from "../Client.ts"
import * as EventText from "../EventText.ts"
import * as OnX from "../OnX.ts"
import * as Options from "../Options.ts"
import * as Screen from "../Screen.ts"
import * as X from "../x/Options.ts"

const columns = (state: Client.RelationshipState): ReadonlyArray<Screen.Column<Client.Event>> => {
  const names = new Map(
    [state.source, state.target].map(({ id, username }) => [String(id), username]),
  )
  const name = (id: string): string => names.get(id) ?? id
  return [
    { title: "VERSION", columns: 7, style: "dim", text: (event) => String(event.version) },
    { title: "TIME (UTC)", columns: 19, style: "dim", text: (it) => EventText.time(it, "wide") },
    { title: "EVENT", columns: 22, text: (event) => event.type },
    {
      title: "BY",
      columns: 19,
      text: (event) => (event.actor === null ? "unknown" : name(event.actor)),
    },
    { title: "PREFERENCES", columns: 31, minimum: 120, text: EventText.preferences },
    { title: "COMMAND", columns: 36, minimum: 160, style: "dim", text: (it) => it.commandId },
  ]
}

interface Input {
  readonly source: string
  readonly target: string
  readonly on: string
  readonly json: boolean
}

const showOn = (input: Input) =>
  Effect.gen(function* () {
    const client = yield* Client.make(input.on)
    const state = yield* client.relationship(input.source, input.target)
    if (input.json) return yield* Screen.print(JSON.stringify(state))
    yield* Screen.print(`${state.source.username} → ${state.target.username}: ${describe(state)}`)
    if (state.history.length === 0) return yield* Screen.print("nothing has happened yet")
    const table = Screen.table(columns(state))
    yield* Screen.print(["", table.heading, ...state.history.map(table.line)].join("\n"))
  })

export const show = Command.make(
  "show",
  {
    source: Options.source,
    target: Options.target,
    on: Options.on,
    json: Options.json,
    ...X.flags,
  },
  (input) => (X.isX(input.on) ? OnX.show(input) : showOn(input)),
).pipe(
  Command.withDescription(
    "Shows the relationship of two users, and every event that led to it.\n  On X, the relationship alone: what led to it is X's to know.",
  ),
  Command.withShortDescription("Show a relationship and why it is so"),
  Command.withExamples([
    { command: "kith show happycamper TwitterDev" },
    { command: "kith show happycamper TwitterDev --on x", description: "As X has it now" },
  ]),
)
