/** Runs checks one by one, prints each as a line, and counts them. */
import { spawnSync } from "node:child_process"

const counts = { passed: 0, failed: 0 }

/**
 * Tells whether it passed. What the body returns is printed behind the name.
 *
 * A check that fails hides no other.
 */
export const check = async (
  name: string,
  body: () => string | void | Promise<string | void>,
): Promise<boolean> => {
  try {
    const note = await body()
    counts.passed += 1
    console.log(`  ok    ${name}${note === undefined ? "" : `: ${note}`}`)
    return true
  } catch (error) {
    counts.failed += 1
    console.log(`  FAIL  ${name}\n${error instanceof Error ? error.message : String(error)}`)
    return false
  }
}

/** Says how many checks passed and failed, and lets the process end accordingly. */
export const conclude = (what: string): void => {
  console.log(`${what}: ${counts.passed} checks passed, ${counts.failed} failed`)
  process.exitCode = counts.failed === 0 ? 0 : 1
}

/** So that what hangs is told by name. A first install over a slow line takes some minutes. */
const patience = 10 * 60_000

/** What a command prints. Throws when it fails. */
export const run = (cwd: string, command: string, ...args: ReadonlyArray<string>): string => {
  const { error, status, stderr, stdout } = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: patience,
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ended with ${status}\n${stdout}${stderr}`)
  return stdout
}
