/** `kith deny` */
import { Command as Core } from "@kith/core"
import * as Command from "effect/cli/Command"
import { act } from "../Act.ts"
import * as Options from "../Options.ts"

export const deny = Command.make(
  "deny",
  {
    source: Options.source,
    target: Options.target,
    commandId: Options.commandId,
    on: Options.on,
    json: Options.json,
  },
  (input) => act(input, Core.denyRequest),
).pipe(
  Command.withDescription("Denies the source's request to follow, as the target."),
  Command.withShortDescription("Deny a request, as its target"),
  Command.withExamples([{ command: "kith deny happycamper quietbirch" }]),
)
