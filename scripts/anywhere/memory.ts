/** A backend that keeps relationships of its own, in memory. */
import { MemoryAdapter } from "@kith/memory-adapter"
import { relate } from "./relate.ts"

const users = [["1"], ["2", { protected: true }]] as const

export default (): Promise<unknown> => relate(MemoryAdapter.layer({ directory: { users } }))
