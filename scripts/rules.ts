/** The page of the rules: what `DecisionTable` says as a diagram and tables for people. */
import { DecisionTable, Rejection } from "@kith/core"

type Circumstance = DecisionTable.Circumstance
type Outcome = DecisionTable.Outcome
type StateTag = DecisionTable.StateTag

const states: ReadonlyArray<StateTag> = ["None", "Pending", "Following"]

const circumstances: Readonly<Record<Circumstance, string>> = {
  self: "source and target are the same user",
  missing: "the target does not exist",
  suspended: "the target is suspended",
  blockedByTarget: "the target blocks the source",
  blocksTarget: "the source blocks the target",
  protected: "the target approves its followers",
  open: "nothing stands in the way",
}

const say = (outcome: Outcome): string => {
  switch (outcome._tag) {
    case "event":
      return `\`${outcome.event}\``
    case "preferences":
      return "the preferences that differ"
    case "nothing":
      return "–"
    case "rejected":
      return `✗ \`${outcome.rejection}\``
  }
}

/** A table as Markdown, with its columns lined up. */
const table = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  )
  const line = (row: ReadonlyArray<string>): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [head = [], ...body] = rows
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n")
}

/** The rows of one command; those that are the same whatever the facts are one. */
const rowsOf = ([command, rows]: [string, Readonly<Record<Circumstance, DecisionTable.Row>>]) => {
  const cells = (row: DecisionTable.Row) => states.map((state) => say(row[state]))
  const isPlain =
    new Set(DecisionTable.circumstances.map((it) => cells(rows[it]).join())).size === 1
  return isPlain
    ? [[`\`${command}\``, "any", ...cells(rows.open)]]
    : DecisionTable.circumstances.map((it) => [
        `\`${command}\``,
        circumstances[it],
        ...cells(rows[it]),
      ])
}

/** The arrows that the table implies: which event leads from where to where. */
const arrows = (): ReadonlyArray<string> => {
  const found = new Set<string>()
  for (const rows of Object.values(DecisionTable.table)) {
    for (const row of Object.values(rows)) {
      for (const from of states) {
        const outcome = row[from]
        if (outcome._tag === "event") found.add(`    ${from} --> ${outcome.to}: ${outcome.event}`)
        if (outcome._tag === "preferences") {
          found.add(`    ${from} --> ${from}: RetweetsTurnedOn / Off, NotificationsTurnedOn / Off`)
        }
      }
    }
  }
  // What erases a user is no command.
  for (const from of states) if (from !== "None") found.add(`    ${from} --> None: Erased`)
  return Array.from(found)
}

/** The whole page. */
export const rules = (): string => `# The rules of following

An edge is an ordered pair of two different users: \`source\` follows \`target\`. It is in one of three
states. \`Pending\` and \`Following\` carry two preferences, \`retweets\` and \`notifications\`; \`None\`
carries nothing, and preferences do not survive it.

This page is made of \`DecisionTable\`, which the tests hold against \`decide\` for all states, commands
and facts. \`pnpm run docs\` brings it up to date.

## States and events

\`\`\`mermaid
stateDiagram-v2
    [*] --> None
${arrows().join("\n")}
\`\`\`

## Commands

What a command comes to, by the state that it finds. The first of the circumstances that holds counts,
in the order of the rows.

- an event's name: that event. \`Followed\` and \`FollowRequested\` carry the preferences that the command
  names; those that it leaves out begin as retweets on, notifications off.
- "the preferences that differ": one event for each preference that the command names and that is
  different now. A preference that is left out is left alone.
- "–": no event, because it is so already. Every command can be repeated at will.
- "✗": no event, and the reason.

${table([["command", "when", ...states], ...Object.entries(DecisionTable.table).flatMap(rowsOf)])}

## Rejections

A rejected command changes nothing and is not recorded. Repeating it gets the same answer until somebody
changes the world.

${table([
  ["reason", "what it means, and what to do"],
  ...Object.values(Rejection.Rejection.cases)
    .map((it) => it.make({}))
    .map((rejection) => [`\`${rejection._tag}\``, Rejection.explain(rejection)]),
])}
`
