/** `kith update` */
import { Command as Core } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import { act } from "../Act.ts"
import { misused } from "../Failure.ts"
import * as Options from "../Options.ts"

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
  },
  (input) =>
    Option.isNone(input.retweets) && Option.isNone(input.notifications)
      ? Effect.fail(
          misused("nothing to update; give --[no-]retweets, --[no-]notifications or both"),
        )
      : act(input, (source, target) =>
          Core.updatePreferences(source, target, {
            retweets: Option.getOrUndefined(input.retweets),
            notifications: Option.getOrUndefined(input.notifications),
          }),
        ),
).pipe(
  Command.withDescription(
    "Sets the preferences of a follow or of a request.\n  One that is left out stays as it is.",
  ),
  Command.withShortDescription("Set the preferences of a follow"),
  Command.withExamples([
    { command: "kith update happycamper TwitterDev --no-retweets", description: "Hide retweets" },
  ]),
)
