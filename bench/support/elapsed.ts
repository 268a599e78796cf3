/**
 * Nanoseconds on the clock for each of `count` pieces of work: a disk and a server are waited for, and
 * the processor of this process knows nothing of that.
 */
export const elapsed = async (count: number, work: () => unknown): Promise<number> => {
  globalThis.gc?.()
  const begin = performance.now()
  await work()
  return ((performance.now() - begin) * 1e6) / count
}
