/** `kith unfollow` */
import { Command as Core } from "@kith/core"
import * as Command from "effect/cli/Command"
import { act } from "../Act.ts"
import * as OnX from "../OnX.ts"
import * as Options from "../Options.ts"
import * as X from "../x/Options.ts"

export const unfollow = Command.make(
  "unfollow",
  {
    source: Options.source,
    target: Options.target,
    commandId: Options.commandId,
    on: Options.on,
    json: Options.json,
    ...X.flags,
  },
  (input) => (X.isX(input.on) ? OnX.act(input, Core.unfollow, {}) : act(input, Core.unfollow)),
).pipe(
  Command.withDescription("Ends a follow, or withdraws a request that waits."),
  Command.withShortDescription("End a follow or withdraw a request"),
  Command.withExamples([{ command: "kith unfollow happycamper TwitterDev" }]),
)
