/** `kith serve` */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Options from "../Options.ts"
import * as Store from "../store/Options.ts"

const host = Flag.String("host").pipe(
  Flag.withDescription("The address to listen on; only 127.0.0.1 keeps others out"),
  Flag.withMetavar("address"),
  // Node would take nothing for every address.
  Flag.filter(
    (text) => text !== "",
    () => "an address",
  ),
  Flag.withDefault("127.0.0.1"),
)

const port = Flag.Int("port").pipe(
  Flag.withDescription("The port to listen on; 0 picks a free one"),
  Flag.withMetavar("n"),
  Flag.filter(
    (n) => n >= 0 && n <= 65_535,
    () => "a port, 0 to 65535",
  ),
  Flag.withDefault(4280),
)

const world = Flag.String("world").pipe(
  Flag.withDescription("A world file for a store without one; a small built-in world unless told"),
  Flag.withMetavar("file"),
  Flag.filter(Options.isFileName, Options.fileName),
  Flag.optional,
)

const replace = Flag.Boolean("replace").pipe(
  Flag.withDescription("Put the world in the place of the one that the store has"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

const publicUrl = Flag.String("public-url").pipe(
  Flag.withDescription("A URL that clients sign requests for, such as a proxy's; repeatable"),
  Flag.withMetavar("url"),
  Flag.atLeast(0),
)

const allowRemoteControl = Flag.Boolean("allow-remote-control").pipe(
  Flag.withDescription("Serve the control API, which has no password, to other machines too"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

const json = Flag.Boolean("json").pipe(
  Flag.withDescription("Say where it is in one line of JSON, once it is ready"),
  Flag.withoutNegation,
  Flag.withDefault(false),
)

export const serve = Command.make(
  "serve",
  { host, port, world, store: Store.storeOrMemory, replace, publicUrl, allowRemoteControl, json },
  (input) =>
    // The server is loaded here and not above, so that the other commands begin without it.
    Effect.flatMap(
      Effect.promise(() => import("../Server.ts")),
      (Server) => Server.run({ ...input, world: Option.getOrUndefined(input.world) }),
    ),
).pipe(
  Command.withDescription(
    [
      "Runs a local X: API v2 and v1.1 with OAuth, and a control API for tests.",
      "Says when it is ready and how to begin; ends with SIGINT or SIGTERM.",
      "",
      "The world is kept in the store: users, tokens, relationships with all that happened to them,",
      "blocks, mutes and windows. The next start goes on with it.",
    ].join("\n  "),
  ),
  Command.withShortDescription("Run a local X"),
  Command.withExamples([
    { command: "kith serve", description: "With the built-in world, on port 4280" },
    { command: "kith serve --store memory --port 0 --json", description: "For a test" },
    { command: "kith serve --world my.json --replace", description: "A world of your own" },
    {
      command: "KITH_STORE=postgres://me:secret@db/kith kith serve",
      description: "In a database, without its password on the command line",
    },
    {
      command: "kith serve --host 0.0.0.0 --public-url https://x.example.test",
      description: "Reachable from elsewhere, behind a proxy",
    },
  ]),
)
