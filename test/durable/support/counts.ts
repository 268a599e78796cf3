/** How much is done: little in every run, all of it with `KITH_FULL=1`. */
const isFull = process.env["KITH_FULL"] === "1"

export const count = (short: number, full: number): number => (isFull ? full : short)

/** Time for a test that does so many things of a second at most. */
export const timeFor = (things: number): { readonly timeout: number } => ({
  timeout: 60_000 + things * 3_000,
})
