/** Numbers as people read them. */

/** `12,345` */
export const grouped = (count: number): string => count.toLocaleString("en-US")

/** `1 fault`, `12,345 faults` */
export const of = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`
