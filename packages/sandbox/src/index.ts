/** One namespace a concept; see each module for what it promises. */
export * as Examples from "./pages/Examples.ts"
export * as Sandbox from "./Sandbox.ts"
export * as StoredWorld from "./storage/StoredWorld.ts"
export * as World from "./world/World.ts"
export * as WorldFile from "./world/WorldFile.ts"
