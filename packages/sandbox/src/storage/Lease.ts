/**
 * Who lives on a storage: one sandbox at a time, because each keeps its world in memory as well.
 *
 * The lease is an entry of the journal. Every write of the sandbox writes it anew, so that a sandbox
 * whose lease was taken over can write nothing any more.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { hostname } from "node:os"
import { StorageRefused } from "./StorageRefused.ts"

/**
 * - `holder`: tells sandboxes apart.
 * - `until`: when it ends unless it is renewed, in milliseconds since 1970.
 *
 * @category schemas
 * @since 0.1.0
 */
export const Lease = Schema.Struct({
  holder: Schema.String,
  host: Schema.String,
  process: Schema.Int,
  until: Schema.Int,
})

/** @category models @since 0.1.0 */
export type Lease = typeof Lease.Type

/** Milliseconds. */
const lifetime = 15_000

/** How often a lease is renewed that nothing else renews. @category constants @since 0.1.0 */
export const renewal = "4 seconds"

const decodeOption = Schema.decodeUnknownOption(Schema.fromJsonString(Lease))

/** @category operations @since 0.1.0 */
export const decode = (text: string | undefined): Lease | undefined =>
  Option.getOrUndefined(decodeOption(text))

/** @category constructors @since 0.1.0 */
export const text = (holder: string, now: number): string => {
  const lease: Lease = { holder, host: hostname(), process: process.pid, until: now + lifetime }
  return JSON.stringify(lease)
}

/** Those who live in this process. */
const here = new Set<string>()

/** @category operations @since 0.1.0 */
export const begin = (holder: string): void => {
  here.add(holder)
}

/** @category operations @since 0.1.0 */
export const end = (holder: string): void => {
  here.delete(holder)
}

const isRunning = (id: number): boolean => {
  try {
    return process.kill(id, 0)
  } catch (error) {
    // The process is there and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM"
  }
}

/** Whether the holder may still be alive. A process of this machine can be looked at. */
const isAlive = (lease: Lease, now: number): boolean => {
  if (lease.until <= now) return false
  if (lease.host !== hostname()) return true
  return lease.process === process.pid ? here.has(lease.holder) : isRunning(lease.process)
}

/**
 * @param lease that of the other sandbox, if it is known
 * @category constructors
 * @since 0.1.0
 */
export const inUse = (lease: Lease | undefined): StorageRefused => {
  const who = lease === undefined ? "" : ` (process ${lease.process} on ${lease.host})`
  return new StorageRefused({
    reason: "InUse",
    message: `another sandbox lives on this store${who}; end it, or use another store; if it died, try again in ${lifetime / 1000} seconds`,
  })
}

/**
 * Why a storage cannot be taken, if so.
 *
 * @category operations
 * @since 0.1.0
 */
export const refusal = (lease: Lease | undefined, now: number): StorageRefused | undefined =>
  lease === undefined || !isAlive(lease, now) ? undefined : inUse(lease)
