/**
 * The sources of the packages as those who import them see them: every public export with its doc
 * comment.
 *
 * It reads lines, and so it knows the forms of `export` that the packages use. One that it does not
 * know is an error, not left out.
 */
import { readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

/** An export, as it is declared. */
export interface Export {
  /** The module that has it, from the top of the repository, and its name there. */
  readonly file: string
  readonly name: string
  readonly line: number
  /** The text of its doc comment without the comment's marks, tags included; empty without one. */
  readonly comment: string
}

const docBefore = /\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*$/

const bare = (comment: string): string => comment.replaceAll(/^[ \t]*\*(?: |$)/gm, "").trim()

const declared = /^export (?:async )?(?:const|class|interface|type|function\*?) (\w+)/
const namespace = /^export \* as \w+ from "(.+)"/
const everything = /^export (?:type )?\* from "(.+)"/
const named = /^export (?:type )?\{ (.+?) \}(?: from "(.+)")?/

export const read = (file: string): string => readFileSync(join(root, file), "utf8")

const declaration = (name: string): RegExp =>
  new RegExp(`^(?:export )?(?:async )?(?:const|class|interface|type|function\\*?) ${name}\\b`, "gm")

/** What a module declares under a name: one thing, or a value and its type. */
const declarationsOf = (file: string, name: string): ReadonlyArray<Export> => {
  const source = read(file)
  const found = Array.from(source.matchAll(declaration(name)), ({ index }) => {
    const before = source.slice(0, index)
    const comment = bare(docBefore.exec(before)?.[1] ?? "")
    return { file, name, line: before.split("\n").length, comment }
  })
  if (found.length > 0) return found
  const imported = new RegExp(`^import .*\\b${name}\\b.* from "(.+)"`, "m").exec(source)?.[1]
  if (imported === undefined) throw new Error(`${file} does not say what ${name} is`)
  return declarationsOf(join(dirname(file), imported), name)
}

/** What a module gives out, and what the modules that it gives out as namespaces do. */
export const exportsOf = (file: string): ReadonlyArray<Export> =>
  Array.from(new Set(read(file).match(/^export .*/gm))).flatMap((line) => {
    const at = (path: string): string => join(dirname(file), path)
    const own = declared.exec(line)?.[1]
    if (own !== undefined) return declarationsOf(file, own)
    const module = namespace.exec(line)?.[1] ?? everything.exec(line)?.[1]
    if (module !== undefined) return exportsOf(at(module))
    const [, names, from] = named.exec(line) ?? []
    if (names === undefined) throw new Error(`${file} exports in an unknown way: ${line}`)
    return names
      .split(", ")
      .flatMap((name) => declarationsOf(from === undefined ? file : at(from), name))
  })
