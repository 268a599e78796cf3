/** `kith following` */
import * as Command from "effect/cli/Command"
import { list } from "../Listing.ts"
import * as OnX from "../OnX.ts"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

export const following = Command.make(
  "following",
  {
    user: Options.user,
    limit: Options.limit,
    all: Options.all,
    cursor: Options.cursor,
    on: Options.on,
    json: Options.json,
    as: X.as,
    names: X.names,
    ...X.flags,
  },
  (input) => (X.isX(input.on) ? OnX.list("following", input) : list("following", input)),
).pipe(
  Command.withDescription(
    'Lists whom a user follows, newest follow first.\n  With --json one entry a line; when there are more, the last line is {"next": CURSOR}.\n  On X, a list that stops before its end says how to go on.',
  ),
  Command.withShortDescription("List whom a user follows"),
  Command.withExamples([
    { command: "kith following TwitterDev", description: "The newest 100" },
    {
      command: "kith following TwitterDev --all --json",
      description: "All of them, for a program",
    },
    {
      command: "kith following TwitterDev --on x --all --wait 900",
      description: "On X, waiting for each new window",
    },
  ]),
)
