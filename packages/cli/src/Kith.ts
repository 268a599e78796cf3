/** The command `kith` as a whole. */
import * as Command from "effect/cli/Command"
import { approve } from "./commands/Approve.ts"
import { backup } from "./commands/Backup.ts"
import { check } from "./commands/Check.ts"
import { deny } from "./commands/Deny.ts"
import { erase } from "./commands/Erase.ts"
import { exportCommand } from "./commands/Export.ts"
import { follow } from "./commands/Follow.ts"
import { followers } from "./commands/Followers.ts"
import { following } from "./commands/Following.ts"
import { forget } from "./commands/Forget.ts"
import { importCommand } from "./commands/Import.ts"
import { log } from "./commands/Log.ts"
import { login } from "./commands/Login.ts"
import { logout } from "./commands/Logout.ts"
import { quota } from "./commands/Quota.ts"
import { rebuild } from "./commands/Rebuild.ts"
import { reconcile } from "./commands/Reconcile.ts"
import { serve } from "./commands/Serve.ts"
import { show } from "./commands/Show.ts"
import { unfollow } from "./commands/Unfollow.ts"
import { update } from "./commands/Update.ts"

export const kith = Command.make("kith").pipe(
  Command.withDescription(
    [
      "Follow relationships: a local X to test against, and commands for a running one or, with",
      "--on x, for X itself.",
      "",
      "On X, commands remember tokens, quota and what is on its way, in files beside the profile.",
      "Relationships they do not keep yet: X has them, and each command asks anew.",
      "",
      "Exits with 0 when all went well, 1 for what was refused, 2 for wrong usage, 3 when nobody",
      "knows whether a command took effect (kith reconcile finds out), 4 for what may go on later,",
      "when a quota has reset or X is back, and 130 when it was interrupted. With --json the line that",
      "says why is JSON too: tag, message, retryable and, where they are known, reason and resetAt.",
    ].join("\n  "),
  ),
  Command.withSubcommands([
    serve,
    {
      group: "Relationships, on a server or on X",
      commands: [follow, unfollow, update, approve, deny, show, following, followers, log],
    },
    { group: "X", commands: [login, logout, reconcile, quota] },
    {
      group: "Stores",
      commands: [backup, check, rebuild, exportCommand, importCommand, erase, forget],
    },
  ]),
  Command.withExamples([
    { command: "kith serve", description: "Run a local X" },
    { command: "kith follow happycamper quietbirch", description: "In another terminal: ask" },
    { command: "kith approve happycamper quietbirch", description: "… let in …" },
    { command: "kith show happycamper quietbirch", description: "… and see why" },
    { command: "kith check", description: "See whether ./kith.db, where that is kept, is sound" },
    { command: "kith login", description: "On X: sign in" },
    { command: "kith follow happycamper TwitterDev --on x", description: "… and follow" },
  ]),
)
