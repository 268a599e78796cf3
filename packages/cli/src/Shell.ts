/** Words of a command line. */

/** A word as a shell takes it. */
export const quote = (word: string): string =>
  /^[\w@%+=:,./~-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`

/** A command line of words; those that are not there are left out. */
export const line = (words: ReadonlyArray<string | undefined>): string =>
  words.flatMap((word) => (word === undefined ? [] : [quote(word)])).join(" ")
