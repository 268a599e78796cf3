/** Opens a page in the user's browser, where there is one: best effort. */
import * as Effect from "effect/Effect"
import { spawn } from "node:child_process"
import * as Screen from "../Screen.ts"

const commands: Readonly<Partial<Record<NodeJS.Platform, ReadonlyArray<string>>>> = {
  darwin: ["open"],
  win32: ["rundll32", "url.dll,FileProtocolHandler"],
}

export const open = (url: string): Effect.Effect<void> => {
  const [command = "xdg-open", ...before] = commands[process.platform] ?? []
  return Effect.callback<boolean>((resume) => {
    // Without a shell, to which a URL could say more.
    const child = spawn(command, [...before, url], { stdio: "ignore", detached: true })
    child.once("error", () => resume(Effect.succeed(false)))
    child.once("spawn", () => {
      child.unref()
      resume(Effect.succeed(true))
    })
  }).pipe(
    Effect.flatMap((isOpened) =>
      isOpened ? Effect.void : Screen.note(`kith: there is no ${command} to open the page with`),
    ),
  )
}
