/** `kith approve` */
import { Command as Core } from "@kith/core"
import * as Command from "effect/cli/Command"
import { act } from "../Act.ts"
import * as Options from "../Options.ts"

export const approve = Command.make(
  "approve",
  {
    source: Options.source,
    target: Options.target,
    commandId: Options.commandId,
    on: Options.on,
    json: Options.json,
  },
  (input) => act(input, Core.approveRequest),
).pipe(
  Command.withDescription("Approves the source's request to follow, as the target."),
  Command.withShortDescription("Approve a request, as its target"),
  Command.withExamples([{ command: "kith approve happycamper quietbirch" }]),
)
