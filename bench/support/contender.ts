/** The process of one contender: prepares it, and does a round whenever it is asked to. */
import type { Contender } from "../harness.ts"

const [, , file = "", name = ""] = process.argv

const module: { readonly contenders: Readonly<Record<string, Contender>> } = await import(file)
const contender = module.contenders[name]
if (contender === undefined) throw new Error(`${file} has no contender ${name}`)

let round: (() => Promise<number>) | undefined

// It ends with whoever started it, however that one ends, and clears up.
process.once("disconnect", () => process.exit())
process.once("SIGTERM", () => process.exit())
process.on("message", async (question) => {
  if (question === "prepare") {
    round = await contender()
    process.send?.(0)
  } else {
    process.send?.((await round?.()) ?? Number.NaN)
  }
})
