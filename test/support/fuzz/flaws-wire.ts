/** Paths, methods and headers as no library writes them. */
import type { Draft } from "./act.ts"
import type { Flaw, Verdict } from "./flaw.ts"

const path = (verdict: Verdict, change: (path: string) => string, bare?: true): Flaw => ({
  draft: (draft) => ({ path: change(draft.path) }),
  verdict: () => verdict,
  ...(bare === undefined ? {} : { bare }),
})

const elsewhere = (change: (path: string) => string): Flaw => ({
  ...path("either", change),
  elsewhere: true,
})

/** The server reads HTTP no further than here. */
const bare = true

const header = (verdict: Verdict, lines: ReadonlyArray<string>, isBare?: true): Flaw => ({
  draft: ({ headers = [] }) => ({ headers: [...headers, ...lines] }),
  verdict: () => verdict,
  ...(isBare === undefined ? {} : { bare: isBare }),
})

const method = (name: string, verdict: Verdict, isBare?: true): Flaw => ({
  draft: (): Partial<Draft> => ({ method: name }),
  verdict: () => verdict,
  ...(isBare === undefined ? {} : { bare: isBare }),
})

export const wireFlaws: Readonly<Record<string, Flaw>> = {
  "the method PATCH": {
    ...method("PATCH", "refused"),
    fits: ({ surface }) => surface !== "control",
  },
  "the method PUT": { ...method("PUT", "refused"), fits: ({ surface }) => surface !== "control" },
  "the method OPTIONS": method("OPTIONS", "refused"),
  "the method TRACE": method("TRACE", "refused"),
  "the method HEAD": {
    ...method("HEAD", "either"),
    fits: (_, { body, form }) => body === undefined && form === undefined,
  },
  "a method that there is not": method("FOLLOW", "refused", bare),
  "a method in small letters": method("get", "refused", bare),

  "a slash at the end": path("either", (it) => `${it}/`),
  "two slashes": elsewhere((it) => it.replace(/\/(?=[^/]*$)/, "//")),
  "a part too many": path("refused", (it) => `${it}/more`),
  capitals: elsewhere((it) => it.toUpperCase()),
  "a needless escape": elsewhere((it) => it.replace("s", "%73")),
  "a broken escape in the path": path("refused", (it) => `${it}%zz`),
  "a path that is not UTF-8": path("refused", (it) => `${it}%ff`),
  "a NUL in the path": path("refused", (it) => `${it}%00`),
  "a long part": path("refused", (it) => `${it}${"1".repeat(600)}`),
  dots: elsewhere((it) => `/2/..${it}`),
  "the whole URL": path("sound", (it) => `http://api.x.com${it}`),
  "a fragment": path("either", (it) => `${it}#me`, bare),
  "a space": path("refused", (it) => `${it} more`, bare),
  "a backslash": path("either", (it) => it.replaceAll("/", "\\"), bare),
  "a raw letter beyond ASCII": path("either", (it) => `${it}é`, bare),
  "no path": { ...path("either", () => "*", bare), elsewhere: true },

  "a long header": header("refused", [`X-Long: ${"x".repeat(20_000)}`], bare),
  "two hundred headers": header(
    "sound",
    Array.from({ length: 200 }, (_, index) => `X-Header-${index}: x`),
  ),
  "a NUL in a header": header("refused", ["X-Nul: a\0b"], bare),
  "a header on two lines": header("either", ["X-Folded: a", " b"], bare),
  "a header without a name": header("refused", [": x"], bare),
  "a space before the colon": header("refused", ["X-Space : x"], bare),
  "another method in a header": header("sound", ["X-HTTP-Method-Override: DELETE"]),
  "an encoding that is not one": header("either", ["Content-Encoding: gzip"]),
  "a wish for another connection": header("sound", ["Connection: Upgrade", "Upgrade: websocket"]),
  "a wish to hear when to go on": header("sound", ["Expect: 100-continue"]),
  "a wish that nobody grants": header("either", ["Expect: miracles"], bare),
  "a range": header("sound", ["Range: bytes=0-1"]),
  "a condition": header("sound", ["If-None-Match: *", "If-Modified-Since: now"]),
  "a second authorization": header("either", ["Authorization: Bearer second"]),
  "a second host": header("either", ["Host: second"], bare),
  "a page of another site": {
    ...header("sound", ["Origin: https://evil.example"]),
    verdict: ({ surface, intent }) =>
      surface === "control" && intent !== undefined ? "refused" : "either",
  },
  "no host": { draft: () => ({ host: undefined }), verdict: () => "refused", bare },
  "a host that is not one": { draft: () => ({ host: "a b" }), verdict: () => "either", bare },
  "two lengths": header("refused", ["Content-Length: 1", "Content-Length: 2"], bare),
  "an encoding of the transfer that is not one": header(
    "refused",
    ["Transfer-Encoding: gzip"],
    bare,
  ),
}
