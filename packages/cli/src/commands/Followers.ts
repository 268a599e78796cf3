/** `kith followers` */
import * as Command from "effect/cli/Command"
import { list } from "../Listing.ts"
import * as OnX from "../OnX.ts"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

export const followers = Command.make(
  "followers",
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
  (input) => (X.isX(input.on) ? OnX.list("followers", input) : list("followers", input)),
).pipe(
  Command.withDescription(
    'Lists who follows a user, newest follow first.\n  With --json one entry a line; when there are more, the last line is {"next": CURSOR}.\n  On X, a list that stops before its end says how to go on.',
  ),
  Command.withShortDescription("List who follows a user"),
  Command.withExamples([
    { command: "kith followers TwitterDev", description: "The newest 100" },
    {
      command: "kith followers TwitterDev --all --json",
      description: "All of them, for a program",
    },
    {
      command: "kith followers TwitterDev --on x --all --wait 900",
      description: "On X, waiting for each new window",
    },
  ]),
)
