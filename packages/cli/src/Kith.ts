/** The command `kith` as a whole. */
import * as Command from "effect/cli/Command"
import { approve } from "./commands/Approve.ts"
import { deny } from "./commands/Deny.ts"
import { follow } from "./commands/Follow.ts"
import { followers } from "./commands/Followers.ts"
import { following } from "./commands/Following.ts"
import { log } from "./commands/Log.ts"
import { serve } from "./commands/Serve.ts"
import { show } from "./commands/Show.ts"
import { unfollow } from "./commands/Unfollow.ts"
import { update } from "./commands/Update.ts"

export const kith = Command.make("kith").pipe(
  Command.withDescription(
    "Follow relationships: a local X to test against, and commands for a running one.\n\n  Exits with 0 when all went well, 1 when the server refused or was not there,\n  and 2 for wrong usage.",
  ),
  Command.withSubcommands([
    serve,
    follow,
    unfollow,
    update,
    approve,
    deny,
    show,
    following,
    followers,
    log,
  ]),
  Command.withExamples([
    { command: "kith serve", description: "Run a local X" },
    { command: "kith follow happycamper quietbirch", description: "In another terminal: ask" },
    { command: "kith approve happycamper quietbirch", description: "… let in …" },
    { command: "kith show happycamper quietbirch", description: "… and see why" },
  ]),
)
