import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    benchmark: { include: ["bench/**/*.bench.ts"] },
    globalSetup: ["test/support/postgres-run.ts"],
    testTimeout: 30_000,
    maxWorkers: 2,
  },
})
