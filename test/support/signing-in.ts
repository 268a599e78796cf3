/** Passes on what `kith login` says, and is the user who opens the page that it names. */
import { allow } from "../../examples/x/browser.ts"

let said = ""
for await (const chunk of process.stdin.setEncoding("utf8")) {
  process.stdout.write(chunk)
  said += chunk
  const page = /\n {2}(http\S+)\n[^]*waiting for the answer/.exec(said)?.[1]
  if (page === undefined) continue
  said = ""
  await fetch(await allow(page))
}
