import { expect, test } from "vitest"

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number)

test("Node is new enough to run TypeScript sources as they are", () => {
  expect(major > 22 || (major === 22 && minor >= 19), process.version).toBe(true)
})

// pnpm goes on without an optional dependency that it cannot fetch, so a lost pin is silent.
test("on Linux the pinned Node 24 runs the tests", () => {
  // Elsewhere it is the machine's own.
  expect(process.platform === "linux" ? major : 24, process.version).toBe(24)
})
