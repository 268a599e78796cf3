/** `kith followers` */
import * as Command from "effect/cli/Command"
import { list } from "../Listing.ts"
import * as Options from "../Options.ts"

export const followers = Command.make(
  "followers",
  {
    user: Options.user,
    limit: Options.limit,
    all: Options.all,
    cursor: Options.cursor,
    on: Options.on,
    json: Options.json,
  },
  (input) => list("followers", input),
).pipe(
  Command.withDescription(
    'Lists who follows a user, newest follow first.\n  With --json one entry a line; when there are more, the last line is {"next": CURSOR}.',
  ),
  Command.withShortDescription("List who follows a user"),
  Command.withExamples([
    { command: "kith followers TwitterDev", description: "The newest 100" },
    {
      command: "kith followers TwitterDev --all --json",
      description: "All of them, for a program",
    },
  ]),
)
