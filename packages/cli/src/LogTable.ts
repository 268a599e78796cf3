/** The log as a table for people: with usernames, which the log itself does not know. */
import * as Effect from "effect/Effect"
import type { Client, Event } from "./Client.ts"
import * as EventText from "./EventText.ts"
import * as Screen from "./Screen.ts"

/** Terminals narrower than this show the time of day alone. */
const wide = 100

/**
 * A function from events to lines. The first call gives the heading too. Names are asked for once a
 * user; a user that nobody knows any more keeps the id.
 */
export const make = (
  client: Client,
): ((events: ReadonlyArray<Event>) => Effect.Effect<ReadonlyArray<string>>) => {
  const names = new Map<string, string>()
  const name = (id: string): string => names.get(id) ?? id
  const room = Screen.width() >= wide ? "wide" : "narrow"
  const table = Screen.table<Event>([
    { title: "POSITION", columns: 8, style: "dim", text: (event) => String(event.position) },
    {
      title: "TIME (UTC)",
      columns: room === "wide" ? 19 : 10,
      style: "dim",
      text: (event) => EventText.time(event, room),
    },
    { title: "SOURCE", columns: 15, text: (event) => name(event.source) },
    { title: "TARGET", columns: 15, text: (event) => name(event.target) },
    { title: "EVENT", columns: 22, style: "bold", text: (event) => event.type },
    { title: "PREFERENCES", columns: 31, minimum: 120, text: EventText.preferences },
    {
      title: "BY",
      columns: 15,
      minimum: 140,
      text: (event) => (event.actor === null ? "unknown" : name(event.actor)),
    },
    { title: "COMMAND", columns: 36, minimum: 180, style: "dim", text: (it) => it.commandId },
  ])
  let heading = true
  return (events) =>
    Effect.gen(function* () {
      const ids = new Set<string>()
      for (const { source, target, actor } of events) {
        ids.add(source).add(target)
        if (actor !== null) ids.add(actor)
      }
      const unknown = [...ids].filter((id) => !names.has(id))
      yield* Effect.forEach(
        unknown,
        (id) =>
          client.user(id).pipe(
            Effect.map(({ username }) => username),
            Effect.orElseSucceed(() => id),
            Effect.map((found) => names.set(id, found)),
          ),
        { concurrency: 16, discard: true },
      )
      const lines = events.map(table.line)
      if (!heading) return lines
      heading = false
      return [table.heading, ...lines]
    })
}
