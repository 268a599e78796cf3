/** `kith update` */
import { Command as Core } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import { act } from "../Act.ts"
import { misused } from "../Failure.ts"
import * as OnX from "../OnX.ts"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

export const update = Command.make(
  "update",
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
    const { notifications, retweets } = preferences
    if (retweets === undefined && notifications === undefined) {
      return Effect.fail(
        misused("nothing to update; give --[no-]retweets, --[no-]notifications or both"),
      )
    }
    const make: OnX.Make = (source, target) => Core.updatePreferences(source, target, preferences)
    return X.isX(input.on) ? OnX.act(input, make, preferences) : act(input, make)
  },
).pipe(
  Command.withDescription(
    "Sets the preferences of a follow or of a request.\n  One that is left out stays as it is.",
  ),
  Command.withShortDescription("Set the preferences of a follow"),
  Command.withExamples([
    { command: "kith update happycamper TwitterDev --no-retweets", description: "Hide retweets" },
  ]),
)
