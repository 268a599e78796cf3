#!/usr/bin/env node
/**
 * Begins `kith`. Node keeps what it compiles in a folder of the system's temporary files, so that
 * the second run begins in half the time; `NODE_DISABLE_COMPILE_CACHE=1` does without.
 */
import { enableCompileCache } from "node:module"

enableCompileCache()
await import("./Run.ts")
