/** Every request that there is, as the sound ones that flaws are put into, by name. */
import type { Act } from "./act.ts"
import { controls, oauths } from "./acts-rest.ts"
import { v1 } from "./acts-v1.ts"
import { v2 } from "./acts-v2.ts"

export const acts: Readonly<Record<string, Act>> = { ...v2, ...v1, ...oauths, ...controls }
