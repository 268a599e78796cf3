/** `kith follow` */
import { Command as Core } from "@kith/core"
import * as Command from "effect/cli/Command"
import { act } from "../Act.ts"
import * as OnX from "../OnX.ts"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

export const follow = Command.make(
  "follow",
  {
    source: Options.source,
    target: Options.target,
    retweets: Options.retweets,
    notifications: Options.notifications,
    commandId: Options.commandId,
    on: Options.on,
    json: Options.json,
    ...X.flags,
  },
  (input) => {
    const preferences = Options.preferencesOf(input)
    const make: OnX.Make = (source, target) => Core.follow(source, target, preferences)
    return X.isX(input.on) ? OnX.act(input, make, preferences) : act(input, make)
  },
).pipe(
  Command.withDescription(
    "Makes a user follow another, or ask to when the other is protected.\n  A preference that is named is set, also on a follow that is there already.",
  ),
  Command.withShortDescription("Make a user follow another"),
  Command.withExamples([
    { command: "kith follow happycamper TwitterDev", description: "Follow" },
    {
      command: "kith follow happycamper TwitterDev --no-retweets --notifications",
      description: "Follow with preferences",
    },
  ]),
)
