/** What `kith following` and `kith followers` do. */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Client from "./Client.ts"
import type { Failure } from "./Failure.ts"
import * as Options from "./Options.ts"
import * as Screen from "./Screen.ts"
import * as Shell from "./Shell.ts"

/** What these commands have been given. */
export interface Input {
  readonly user: string
  readonly limit: Option.Option<number>
  readonly all: boolean
  readonly cursor: Option.Option<string>
  readonly on: string
  readonly json: boolean
}

type Entry = Client.ListPage["entries"][number]

const flag = (on: boolean): string => (on ? "on" : "off")

const columns: ReadonlyArray<Screen.Column<Entry>> = [
  { title: "USER", columns: 15, style: "bold", text: ({ user }) => user.username },
  { title: "NAME", columns: 20, text: ({ user }) => Screen.plain(user.name) },
  { title: "RETWEETS", columns: 8, text: ({ retweets }) => flag(retweets) },
  { title: "NOTIFY", columns: 6, text: ({ notifications }) => flag(notifications) },
  { title: "ID", columns: 19, style: "dim", text: ({ user }) => user.id },
]

/** The command that goes on where this one stopped. */
const resume = (name: string, input: Input, cursor: string): string =>
  Shell.line([
    "kith",
    name,
    input.user,
    ...Options.onSame(input.on),
    ...Option.match(input.limit, {
      onNone: () => [],
      onSome: (limit) => ["--limit", String(limit)],
    }),
    "--cursor",
    cursor,
  ])

export const list = (name: "following" | "followers", input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const client = yield* Client.make(input.on)
    const table = Screen.table(columns)
    const limit = Option.getOrElse(input.limit, () => 100)
    let cursor = Option.getOrUndefined(input.cursor)
    let first = true
    for (;;) {
      const page = yield* client.list(name, input.user, { limit, cursor })
      const lines = page.entries.map((entry) =>
        input.json ? JSON.stringify(entry) : table.line(entry),
      )
      if (first && !input.json) lines.unshift(lines.length > 0 ? table.heading : "nobody")
      if (lines.length > 0) yield* Screen.print(lines.join("\n"))
      if (page.next === undefined) return
      if (!input.all) {
        return yield* Screen.print(
          input.json
            ? JSON.stringify({ next: page.next })
            : `\nmore: ${resume(name, input, page.next)}`,
        )
      }
      first = false
      cursor = page.next
    }
  })
