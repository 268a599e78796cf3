/** The declarations of a package, as a host that has nothing else meets them. */
import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

const root = resolve(import.meta.dirname, "../..")

/** What the compiler has to say; nothing when all is well. */
export const tsc = (cwd: string, args: string): string =>
  spawnSync(join(root, "node_modules/.bin/tsc"), args.split(" "), { cwd, encoding: "utf8" }).stdout

/** Writes the declarations of a package into a folder. */
export const declare = (name: string, out: string): string =>
  tsc(
    join(root, "packages", name),
    `--outDir ${out} --emitDeclarationOnly --declarationMap false --tsBuildInfoFile ${out}/.tsbuildinfo`,
  )

/** Every module that a file names, in an import, an export or a type. */
const named = (file: string): ReadonlyArray<string> =>
  Array.from(
    readFileSync(file, "utf8")
      // What comments show is nobody's import.
      .replaceAll(/\/\*\*?[^]*?\*\//g, "")
      .matchAll(/(?:from|import|import\()\s*["']([^"']+)["']/g),
    ([, specifier = ""]) => specifier,
  )

/** A file and all that it leads to within its folder, each with the modules that it names. */
export const reached = (
  out: string,
  file: string,
  seen = new Map<string, ReadonlyArray<string>>(),
): ReadonlyMap<string, ReadonlyArray<string>> => {
  const specifiers = named(join(out, file))
  seen.set(file, specifiers)
  for (const specifier of specifiers) {
    if (!specifier.startsWith(".")) continue
    const next = resolve(dirname(join(out, file)), specifier.replace(/\.ts$/, ".d.ts"))
    if (!seen.has(relative(out, next))) reached(out, relative(out, next), seen)
  }
  return seen
}
