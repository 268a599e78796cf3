/** Bodies that are not what they should be, and some that only look so. */
import type { Act, Draft } from "./act.ts"
import type { Flaw, Verdict } from "./flaw.ts"

const limit = 64 * 1024

/** Requests with a body of JSON that is read. */
const hasJson = ({ surface }: Act, { body }: Draft): boolean =>
  body !== undefined && (surface === "v2" || surface === "control")
/** Those to v2, which reads it strictly. */
const hasJson2 = (act: Act, draft: Draft): boolean => hasJson(act, draft) && act.surface === "v2"
const hasForm = ({ surface }: Act, { form }: Draft): boolean =>
  form !== undefined && surface === "v1.1"

const text = ({ body }: Draft): string => String(body)
const idOf = (draft: Draft): string =>
  /"target_user_id":("(?:[^"\\]|\\.)*")/.exec(text(draft))?.[1] ?? '""'

const says =
  (verdict: Verdict, fits: NonNullable<Flaw["fits"]>) =>
  (make: (draft: Draft) => string | Buffer): Flaw => ({
    fits,
    draft: (draft) => ({ body: make(draft) }),
    verdict: () => verdict,
  })

const broken = says("refused", hasJson)
const wrong = says("refused", hasJson2)
const sound = says("sound", hasJson2)
const unclear = says("either", hasJson2)

const bytes = (...parts: ReadonlyArray<string | number>): Buffer =>
  Buffer.concat(
    parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.of(part))),
  )

const padded = (draft: Draft, length: number): string =>
  text(draft).replace("{", `{${" ".repeat(length - Buffer.byteLength(text(draft)))}`)

const typed = (
  contentType: string | undefined,
  verdict: Verdict,
  fits: NonNullable<Flaw["fits"]> = hasJson2,
): Flaw => ({ fits, draft: () => ({ contentType }), verdict: () => verdict })

export const bodyFlaws: Readonly<Record<string, Flaw>> = {
  "no body": broken(() => ""),
  "half a body": broken((draft) => text(draft).slice(0, -2)),
  "a body and a half": broken((draft) => `${text(draft)}{`),
  "a body twice": broken((draft) => text(draft) + text(draft)),
  "single quotes": broken((draft) => text(draft).replaceAll('"', "'")),
  "a comment": broken((draft) => `/**/${text(draft)}`),
  "a comma too many": broken((draft) => text(draft).replace("}", ",}")),
  "a raw NUL": broken((draft) => `\0${text(draft)}`),
  "a raw newline in a name": broken((draft) => text(draft).replace('{"', '{"\n')),
  "UTF-16": broken((draft) => Buffer.from(text(draft), "utf16le")),
  "bytes that are not UTF-8": broken((draft) =>
    bytes(text(draft).slice(0, -1), ',"a":"', 0xff, '"}'),
  ),
  "a list": broken((draft) => `[${text(draft)}]`),
  null: broken(() => "null"),
  "a text": broken(() => '"target_user_id"'),
  "a number": broken(() => "1"),
  "ten thousand brackets": broken(() => "[".repeat(10_000)),
  "ten thousand lists in each other": broken(() => "[".repeat(10_000) + "]".repeat(10_000)),
  "objects in each other": broken(() => `${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`),
  "a number for a text": wrong((draft) => `{"target_user_id":${JSON.parse(idOf(draft)) || 0}}`),
  "null for a text": wrong(() => '{"target_user_id":null}'),
  "a list for a text": wrong((draft) => `{"target_user_id":[${idOf(draft)}]}`),
  "an object for a text": wrong((draft) => `{"target_user_id":{"id":${idOf(draft)}}}`),
  "true for a text": wrong(() => '{"target_user_id":true}'),
  "nothing in it": wrong(() => "{}"),
  "another name": wrong((draft) => `{"targetUserId":${idOf(draft)}}`),
  "a member too many": wrong((draft) => `{"target_user_id":${idOf(draft)},"notify":true}`),
  __proto__: wrong((draft) => `{"target_user_id":${idOf(draft)},"__proto__":{"a":1}}`),
  "all of it in __proto__": wrong((draft) => `{"__proto__":{"target_user_id":${idOf(draft)}}}`),
  constructor: wrong((draft) => `{"target_user_id":${idOf(draft)},"constructor":{"prototype":{}}}`),
  "a member twice": unclear((draft) => `{"target_user_id":"1","target_user_id":${idOf(draft)}}`),
  "an escaped NUL in a text": wrong(
    (draft) => `{"target_user_id":${idOf(draft).replace(/"$/, '\\u0000"')}}`,
  ),
  "half a pair in a text": wrong(() => String.raw`{"target_user_id":"\ud800"}`),
  "a text of sixty thousand digits": wrong(() => `{"target_user_id":"${"1".repeat(60_000)}"}`),
  "a byte order mark": unclear((draft) => `\uFEFF${text(draft)}`),
  "spaces around": sound((draft) => ` \r\n\t${text(draft)}\n`),
  "an escaped name": sound((draft) => text(draft).replace("target", String.raw`\u0074arget`)),
  "exactly 64 KiB": sound((draft) => padded(draft, limit)),
  "64 KiB and a byte": { ...broken((draft) => padded(draft, limit + 1)), bare: true },
  "a megabyte": { ...broken(() => Buffer.alloc(1024 * 1024, 32)), bare: true },
  "a type in capitals": typed("APPLICATION/JSON", "sound"),
  "a type with a charset": typed("application/json;charset=UTF-8", "sound"),
  "the type of a text": typed("text/plain", "refused"),
  "the type of a form": typed("application/x-www-form-urlencoded", "refused"),
  "the type of parts": typed("multipart/form-data; boundary=x", "refused"),
  "a type that only begins so": typed("application/jsonp", "refused"),
  "two types": typed("application/json, text/plain", "either"),
  "a type without end": typed('application/json; charset="', "either"),
  "no type": typed(undefined, "either"),
  "a form that calls itself JSON": typed("application/json", "refused", hasForm),
  "a form that calls itself text": typed("text/plain", "refused", hasForm),
  "a form with a charset": typed(
    "application/x-www-form-urlencoded; charset=UTF-8",
    "sound",
    hasForm,
  ),
  "a body where none belongs": {
    fits: (_, { body, form, method }) =>
      body === undefined && form === undefined && method === "DELETE",
    draft: () => ({ body: '{"a":', contentType: "application/json" }),
    verdict: () => "either",
  },
  "a flag that is neither": {
    fits: hasForm,
    draft: ({ form = [] }) => ({ form: [...form, ["follow", "maybe"], ["device", "maybe"]] }),
    verdict: () => "either",
  },
  "a form with a broken escape": {
    fits: hasForm,
    draft: () => ({
      form: undefined,
      body: "user_id=%zz",
      contentType: "application/x-www-form-urlencoded",
    }),
    verdict: () => "refused",
  },
  "a form that is not UTF-8": {
    fits: hasForm,
    draft: () => ({
      form: undefined,
      body: bytes("user_id=", 0xff),
      contentType: "application/x-www-form-urlencoded",
    }),
    verdict: () => "refused",
  },
  "a form above 64 KiB": {
    fits: hasForm,
    draft: ({ form = [] }) => ({ form: [...form, ["x", "x".repeat(limit)]] }),
    verdict: () => "refused",
    bare: true,
  },
}
