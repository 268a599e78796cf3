/** `kith log` */
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Client from "../Client.ts"
import * as Ending from "../Ending.ts"
import { failed } from "../Failure.ts"
import * as LogReader from "../LogReader.ts"
import * as LogTable from "../LogTable.ts"
import * as Options from "../Options.ts"
import * as Screen from "../Screen.ts"
import * as Shell from "../Shell.ts"

const from = Flag.Int("from").pipe(
  Flag.withDescription("The position to begin behind; the first event unless told"),
  Flag.withMetavar("position"),
  Flag.filter(
    (position) => position >= 0,
    () => "a position, 0 or more",
  ),
  Flag.withDefault(0),
)

const watch = Flag.Boolean("watch").pipe(
  Flag.withDescription("Go on with what happens from now on, until interrupted"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

interface Input {
  readonly from: number
  readonly watch: boolean
  readonly on: string
  readonly json: boolean
}

const printer = (client: Client.Client, json: boolean) => {
  const table = LogTable.make(client)
  return (events: ReadonlyArray<Client.Event>) =>
    Effect.flatMap(
      json ? Effect.succeed(events.map((event) => JSON.stringify(event))) : table(events),
      (lines) => Screen.print(lines.join("\n")),
    )
}

const readOnce = (client: Client.Client, input: Input) =>
  Effect.gen(function* () {
    const print = printer(client, input.json)
    let isEmpty = true
    const body = yield* client.log(input.from, "application/x-ndjson")
    yield* LogReader.lines(client.server, body, (events) => {
      isEmpty = false
      return print(events)
    })
    if (isEmpty && !input.json) {
      yield* Screen.print(
        input.from === 0
          ? "nothing has happened yet"
          : `nothing has happened behind position ${input.from}`,
      )
    }
  })

const readOn = (client: Client.Client, input: Input) =>
  Effect.gen(function* () {
    const print = printer(client, input.json)
    let position = input.from
    for (;;) {
      const body = yield* client.log(position, "text/event-stream")
      const ending = yield* LogReader.serverSent(client.server, body, (events) => {
        position = events.at(-1)?.position ?? position
        return print(events)
      })
      if (ending === "lost") {
        const json = input.json ? ["--json"] : []
        const words = ["--watch", "--from", String(position), ...Options.onSame(input.on), ...json]
        return yield* failed(
          `the connection was lost; go on with: ${Shell.line(["kith", "log", ...words])}`,
          { tag: "Unavailable", retryable: true },
        )
      }
      yield* Screen.note("the world was replaced; this is the log of the new one")
      position = 0
    }
  })

export const log = Command.make(
  "log",
  { from, watch, on: Options.on, json: Options.json },
  (input) =>
    Effect.flatMap(Client.make(input.on), (client) =>
      input.watch ? Ending.untilInterrupted(readOn(client, input)) : readOnce(client, input),
    ),
).pipe(
  Command.withDescription(
    "Prints everything that happened, oldest first.\n  With --json each event is a line, in the form in which events are stored.",
  ),
  Command.withShortDescription("Print what happened, or what happens"),
  Command.withExamples([
    { command: "kith log", description: "What happened so far" },
    { command: "kith log --watch", description: "And what happens from now on" },
    { command: "kith log --from 120 --json", description: "Behind position 120, for a program" },
  ]),
)
