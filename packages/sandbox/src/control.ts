/** What a client of the control API needs to know: the forms of what goes in and out. */
export * as Mistake from "./world/Mistake.ts"
export * as Schemas from "./control/Schemas.ts"
