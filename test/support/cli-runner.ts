/**
 * A process that carries out one command line of `kith` after the other, each with an environment of
 * its own: what a process of its own would do, without its start. It listens to its parent.
 */
import { ConfigProvider, Effect } from "effect"
import * as CommandLine from "../../packages/cli/src/CommandLine.ts"

interface Asked {
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
}

/** Takes what is written instead of the stream. */
const taken = (stream: NodeJS.WriteStream) => {
  const texts: Array<string> = []
  const write = (text: string | Uint8Array, ...rest: ReadonlyArray<unknown>): boolean => {
    texts.push(typeof text === "string" ? text : new TextDecoder().decode(text))
    const done = rest.at(-1)
    if (typeof done === "function") queueMicrotask(() => done())
    return true
  }
  Object.assign(stream, { write })
  return () => texts.splice(0).join("")
}

const out = taken(process.stdout)
const err = taken(process.stderr)

const carryOut = async ({ args, env }: Asked): Promise<void> => {
  process.env = { PATH: process.env["PATH"], ...env }
  const exit = await Effect.runPromiseExit(
    Effect.provideService(
      CommandLine.carryOut(args),
      ConfigProvider.ConfigProvider,
      ConfigProvider.fromEnv({ env }),
    ),
  )
  const code = CommandLine.conclude(args, exit, undefined)
  process.send?.({ code, out: out(), err: err() })
}

process.on("message", (asked: Asked) => void carryOut(asked))
