/**
 * Packs every package as `pnpm publish` would, lints the tarballs, then uses them as a stranger would:
 * installed outside the workspace, imported by plain Node, typechecked with `skipLibCheck` off, bundled,
 * and run on every runtime.
 *
 * Run it as `pnpm run check:packages`, which puts the tools on PATH.
 */
import { Schema } from "effect"
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { isBuiltin } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, resolve, sep } from "node:path"
import { check, conclude, run } from "./checking.ts"
import { checkRuntimes, sources } from "./runtimes.ts"
import { checkSizes } from "./sizes.ts"

const root = resolve(import.meta.dirname, "..")
const work = mkdtempSync(join(tmpdir(), "kith-packages-"))
const consumer = join(work, "consumer")

// ---------------------------------------------------------------------------------------------
// packages
// ---------------------------------------------------------------------------------------------

const Manifest = Schema.fromJsonString(
  Schema.Struct({
    name: Schema.String,
    version: Schema.String,
    exports: Schema.Record(Schema.String, Schema.Unknown),
  }),
)

const packages = globSync("packages/*/package.json", { cwd: root })
  .toSorted()
  .map((path) => Schema.decodeSync(Manifest)(readFileSync(join(root, path), "utf8")))
  .map(({ exports, name, version }) => ({
    name,
    tarball: join(work, `${name.slice(1).replace("/", "-")}-${version}.tgz`),
    entries: Object.keys(exports)
      .filter((key) => key !== "./package.json")
      .map((key) => `${name}${key.slice(1)}`),
  }))

const entries = packages.flatMap((each) => each.entries)

// ---------------------------------------------------------------------------------------------
// what core may import
// ---------------------------------------------------------------------------------------------

const importPattern =
  /^(?:import|export)\b[\w\s{},*$]*\bfrom\s*["']([^"']+)["']|^import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm

const importsOf = (file: string): ReadonlyArray<string> =>
  Array.from(readFileSync(file, "utf8").matchAll(importPattern), ([, a, b, c]) => a ?? b ?? c ?? "")

/** Core runs wherever JavaScript does; only its `./testing` may also use the test libraries. */
const checkCoreImports = (dist: string): void => {
  const testing = join(dist, "testing") + sep
  const files = globSync("**/*.{js,d.ts}", { cwd: dist }).map((file) => join(dist, file))
  const offences = files.flatMap((file) => {
    const inTesting = file.startsWith(testing)
    const allowed = (specifier: string): boolean => {
      if (isBuiltin(specifier)) return false
      if (specifier.startsWith(".")) {
        return inTesting || !resolve(dirname(file), specifier).startsWith(testing)
      }
      // Effect's stable modules are capitalised; the unstable ones sit in lower-case folders.
      if (/^effect(\/[A-Z]\w*)?$/.test(specifier)) return true
      return inTesting && ["vitest", "fast-check"].includes(specifier)
    }
    return importsOf(file)
      .filter((specifier) => !allowed(specifier))
      .map((specifier) => `${file.slice(dist.length + 1)} imports ${specifier}`)
  })
  if (files.length === 0) throw new Error("core has no dist")
  if (offences.length > 0) throw new Error(offences.join("\n"))
}

// ---------------------------------------------------------------------------------------------
// a stranger's project
// ---------------------------------------------------------------------------------------------

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`

const installConsumer = (): void => {
  const tarballs = Object.fromEntries(packages.map((each) => [each.name, `file:${each.tarball}`]))
  const files = {
    "package.json": json({
      type: "module",
      dependencies: {
        ...tarballs,
        effect: "catalog:",
        "fast-check": "catalog:",
        vitest: "catalog:",
      },
      devDependencies: {
        "@types/node": "catalog:",
        bun: "catalog:",
        deno: "catalog:",
        workerd: "catalog:",
      },
    }),
    // The workspace's versions; and the tarballs stand in for what they ask the registry for.
    "pnpm-workspace.yaml": `${readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")}
overrides: ${JSON.stringify(tarballs)}
`,
    "tsconfig.json": json({
      compilerOptions: {
        module: "nodenext",
        target: "es2024",
        lib: ["es2024", "esnext.disposable", "dom"],
        types: ["node"],
        strict: true,
        noEmit: true,
        allowImportingTsExtensions: true,
        skipLibCheck: false,
      },
      files: ["index.ts", ...sources],
    }),
    "index.ts": [
      ...entries.map((entry, i) => `import * as entry${i} from "${entry}"`),
      `export const surface = [${entries.map((_, i) => `entry${i}`).join(", ")}]`,
      "",
    ].join("\n"),
  }
  mkdirSync(consumer)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(consumer, name), text)
  for (const name of sources) {
    copyFileSync(join(root, "scripts/anywhere", name), join(consumer, name))
  }
  run(consumer, "pnpm", "install", "--no-frozen-lockfile", "--prefer-offline")
}

const importEntry = (entry: string): void => {
  const code = `if (Object.keys(await import("${entry}")).length === 0) throw new Error("no exports")`
  run(consumer, "node", "--input-type=module", "--eval", code)
}

// ---------------------------------------------------------------------------------------------

try {
  await check("build", () => {
    // What is left of a deleted source would be packed too.
    for (const dist of globSync("packages/*/dist", { cwd: root })) {
      rmSync(join(root, dist), { recursive: true })
    }
    run(root, "tsc", "-b")
  })
  await check("pack", () => {
    run(root, "pnpm", "-r", "--filter", "./packages/*", "pack", "--pack-destination", work)
  })
  for (const { entries, name, tarball } of packages) {
    await check(`${name}: publint`, () => {
      run(work, "publint", "run", "--strict", tarball)
    })
    if (entries.length > 0) {
      await check(`${name}: types resolve`, () => {
        run(work, "attw", "--profile", "esm-only", "--format", "ascii", tarball)
      })
    }
  }
  await check("a stranger can install the tarballs", installConsumer)
  await check("@kith/core imports effect alone, and no Node built-in", () => {
    checkCoreImports(join(consumer, "node_modules/@kith/core/dist"))
  })
  for (const entry of entries) {
    await check(`${entry} runs`, () => {
      importEntry(entry)
    })
  }
  await check("kith --help runs", () => {
    run(consumer, join(consumer, "node_modules/.bin/kith"), "--help")
  })
  await check("a stranger's project typechecks", () => {
    run(consumer, "tsc", "-p", ".")
  })
  await checkSizes(consumer)
  await checkRuntimes(consumer)
} finally {
  rmSync(work, { recursive: true })
}

conclude("packages")
