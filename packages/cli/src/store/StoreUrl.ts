/**
 * Where relationships are kept, as people write it: `memory`, `sqlite:FILE` or a PostgreSQL URL.
 *
 * What is said of a text never repeats it, unless it is a file's name: it may hold a password.
 */
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"

/** `shown` is what may be printed: the password is masked, and what follows a `?` left out. */
export type StoreUrl =
  | { readonly _tag: "Memory"; readonly shown: string }
  | { readonly _tag: "Sqlite"; readonly shown: string; readonly file: string }
  | {
      readonly _tag: "Postgres"
      readonly shown: string
      readonly url: Redacted.Redacted
      /** The adapter's own unless told. */
      readonly schema: string | undefined
    }

const forms = "memory, sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE"

/** Where `kith serve` keeps its world unless told. */
export const byDefault = "sqlite:./kith.db"

const sqlite = (file: string): Result.Result<StoreUrl, string> => {
  if (file === "") return Result.fail("sqlite: is without a file; write, say, sqlite:./kith.db")
  if (file === ":memory:") return Result.fail("for a store in memory, write memory")
  if (file.startsWith("//") || /^file:/i.test(file)) {
    return Result.fail("behind sqlite: comes a path and no URL, such as sqlite:/srv/kith.db")
  }
  if (file.startsWith("~")) {
    return Result.fail(String.raw`nobody resolves the ~ behind sqlite:; write sqlite:"$HOME"/…`)
  }
  if (file.includes("\0")) return Result.fail("a file's name has no zero byte")
  if (/[/\\]$/.test(file)) return Result.fail("behind sqlite: comes a file and no directory")
  return Result.succeed({ _tag: "Sqlite", shown: `sqlite:${file}`, file })
}

const postgres = (text: string): Result.Result<StoreUrl, string> => {
  const url = /^\w+:\/\//.test(text) ? URL.parse(text) : null
  // What is special in a password cuts it in two, and the rest must not pass for something else.
  if (url === null || /[/@]/.test(url.pathname.slice(1))) {
    return Result.fail(
      "not a PostgreSQL URL; expected postgres://USER:PASSWORD@HOST/DATABASE, with %2F for / in the password, %40 for @, %23 for #",
    )
  }
  if (url.pathname.length < 2) {
    return Result.fail("the PostgreSQL URL names no database; expected postgres://…/DATABASE")
  }
  const schema = url.searchParams.get("schema") ?? undefined
  if (schema !== undefined && !/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) {
    return Result.fail("a schema is named with small letters, digits and _, no more than 63")
  }
  url.searchParams.delete("schema")
  const whole = url.href
  if (url.password !== "") url.password = "***"
  url.search = ""
  url.hash = ""
  const shown = `${url.href}${schema === undefined ? "" : `?schema=${schema}`}`
  return Result.succeed({ _tag: "Postgres", shown, url: Redacted.make(whole), schema })
}

/** What somebody wrote who forgot to say which kind of store it is; nothing that may be a secret. */
const hintFor = (text: string): string =>
  /^[\w./\\ -]+\.(?:db|sqlite3?)$/i.test(text) ? `; did you mean sqlite:${text}` : ""

/** Fails with what is wrong and what to write instead, on one line. */
export const parse = (text: string): Result.Result<StoreUrl, string> => {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase()
  if (text.toLowerCase() === "memory") return Result.succeed({ _tag: "Memory", shown: "memory" })
  if (scheme === "sqlite") return sqlite(text.slice("sqlite:".length))
  if (scheme === "postgres" || scheme === "postgresql") return postgres(text)
  return Result.fail(`expected ${forms}${hintFor(text)}`)
}
