/** Options of a sandbox that cannot be meant. */
import { Effect } from "effect"
import { describe } from "vitest"
import * as Sandbox from "../../packages/sandbox/src/Sandbox.ts"
import { areRefused, type Mistake } from "../support/options.ts"

const lagging = (seconds: number) =>
  Effect.flatMap(Sandbox.make(), ({ control }) => control.setLag(seconds))

const ports = [Number.NaN, -1, 65_536, 80.5].map((port): Mistake => [
  "port",
  port,
  "a whole number from 0 to 65535",
  Sandbox.make({ port }),
])
const hosts = ["", " "].map((host): Mistake => [
  "host",
  host,
  "an address, such as 127.0.0.1",
  Sandbox.make({ host }),
])
const lags = [Number.NaN, -1, Infinity].map((seconds): Mistake => [
  "seconds",
  seconds,
  "a number from 0 to 86400",
  lagging(seconds),
])

describe("an option of a sandbox", () => {
  areRefused([...hosts, ...ports, ...lags])
})
