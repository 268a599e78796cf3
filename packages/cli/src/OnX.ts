/**
 * The commands that take `--on x`, with what they have been given. What talks to X is loaded when it
 * is needed, so that the other commands begin without it.
 */
import type { Command as Core } from "@kith/core"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Preferences } from "./Description.ts"
import * as X from "./x/Options.ts"

type Common = Parameters<typeof X.inputOf>[0]

interface Edge extends Common {
  readonly source: string
  readonly target: string
}

export type Make = (source: Core.Command["source"], target: Core.Command["target"]) => Core.Command

export const act = (
  input: Edge & { readonly commandId: Option.Option<string> },
  make: Make,
  { notifications, retweets }: Preferences,
) =>
  Effect.flatMap(
    Effect.promise(() => import("./x/Act.ts")),
    (Act) =>
      Act.act(
        {
          ...X.inputOf(input),
          source: input.source,
          target: input.target,
          commandId: Option.getOrUndefined(input.commandId),
        },
        make,
        retweets !== undefined || notifications !== undefined,
      ),
  )

export const show = (input: Edge) =>
  Effect.flatMap(
    Effect.promise(() => import("./x/Act.ts")),
    (Act) => Act.show({ ...X.inputOf(input), source: input.source, target: input.target }),
  )

export const list = (
  name: "following" | "followers",
  input: Common & {
    readonly user: string
    readonly limit: Option.Option<number>
    readonly all: boolean
    readonly cursor: Option.Option<string>
    readonly as: Option.Option<string>
    readonly names: Option.Option<boolean>
  },
) =>
  Effect.flatMap(
    Effect.promise(() => import("./x/Walk.ts")),
    (Walk) =>
      Walk.list(name, {
        ...X.inputOf(input),
        user: input.user,
        limit: Option.getOrUndefined(input.limit),
        all: input.all,
        cursor: Option.getOrUndefined(input.cursor),
        as: Option.getOrUndefined(input.as),
        names: Option.getOrElse(input.names, () => !input.json),
      }),
  )
