/**
 * Shows files in pages of the documentation, so that there is one copy of each.
 *
 * A block below `<!-- FILE -->` shows that file. Below `<!-- FILE: TEXT -->` it shows the part that
 * begins with the line that begins with TEXT and ends before the next doc comment.
 */
const shown = /^<!-- ([\w./-]+)(?:: (.+?))? -->\n+```(\w+)\n.*?^```$/gms

const partOf = (file: string, source: string, from: string): string => {
  const begin = `\n${source}`.indexOf(`\n${from}`)
  if (begin === -1) throw new Error(`${file} has no line that begins with "${from}"`)
  const end = source.indexOf("\n/**", begin)
  return source.slice(begin, end === -1 ? undefined : end)
}

/** A page with every block that shows a file showing it as it is now. */
export const embed = (page: string, read: (file: string) => string): string =>
  page.replaceAll(shown, (_, file: string, from: string | undefined, language: string) => {
    const source = read(file)
    const part = from === undefined ? source : partOf(file, source, from)
    const name = from === undefined ? file : `${file}: ${from}`
    return `<!-- ${name} -->\n\n\`\`\`${language}\n${part.trim()}\n\`\`\``
  })
