/** `kith following` */
import * as Command from "effect/cli/Command"
import { list } from "../Listing.ts"
import * as Options from "../Options.ts"

export const following = Command.make(
  "following",
  {
    user: Options.user,
    limit: Options.limit,
    all: Options.all,
    cursor: Options.cursor,
    on: Options.on,
    json: Options.json,
  },
  (input) => list("following", input),
).pipe(
  Command.withDescription(
    'Lists whom a user follows, newest follow first.\n  With --json one entry a line; when there are more, the last line is {"next": CURSOR}.',
  ),
  Command.withShortDescription("List whom a user follows"),
  Command.withExamples([
    { command: "kith following TwitterDev", description: "The newest 100" },
    {
      command: "kith following TwitterDev --all --json",
      description: "All of them, for a program",
    },
  ]),
)
