/**
 * What a backend ships: the programs in `anywhere`, each bundled into one file with all that it uses of
 * the packages and of Effect, minified and compressed.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { check, run } from "./checking.ts"

/** Kilobytes (1000 bytes) that each may take: a tenth more than it took when this was written. */
const budgets = { memory: 54, x: 95, connectX: 109 }

/** The file into which a program is bundled. */
export const bundleOf = (program: string): string => `${program}.bundle.js`

const sizeOf = (consumer: string, program: string): number => {
  const bundle = bundleOf(program)
  run(consumer, "rolldown", `${program}.ts`, "--platform", "browser", "--minify", "--file", bundle)
  return gzipSync(readFileSync(join(consumer, bundle))).length / 1000
}

/** Bundles and measures. `workerd` runs these bundles, so what is measured is whole. */
export const checkSizes = async (consumer: string): Promise<void> => {
  for (const [program, budget] of Object.entries(budgets)) {
    await check(`the bundle of ${program}.ts is within ${budget} kB`, () => {
      const size = sizeOf(consumer, program).toFixed(1)
      if (Number(size) <= budget) return `${size} kB`
      throw new Error(
        `the bundle of ${program}.ts has ${size} kB, which is more than ${budget}: make it smaller, ` +
          "or raise the budget in scripts/sizes.ts and the figures in README.md",
      )
    })
  }
}
