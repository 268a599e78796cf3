/**
 * Where a consent page sends the user.
 *
 * @since 0.1.0
 */
import type { Reply } from "../http/Message.ts"

/** A header takes printable ASCII alone; whatever else a callback was registered with is escaped. */
const printable = (url: string): string =>
  url.toWellFormed().replace(/[^\x21-\x7e]/gu, (character) => encodeURIComponent(character))

/**
 * A callback with parameters in its query, before a fragment.
 *
 * @category operations
 * @since 0.1.0
 */
export const withQuery = (
  callback: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string => {
  const [, base = "", fragment = ""] = /^([^#]*)(#.*)?$/s.exec(callback) ?? []
  const query = Object.entries(parameters)
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value.toWellFormed())}`],
    )
    .join("&")
  return printable(`${base}${base.includes("?") ? "&" : "?"}${query}${fragment}`)
}

/**
 * A redirect that leaves no trace of what it carries.
 *
 * @category constructors
 * @since 0.1.0
 */
export const redirect = (location: string): Reply => ({
  status: 302,
  contentType: "text/plain; charset=utf-8",
  body: "",
  headers: { location, "cache-control": "no-store", "referrer-policy": "no-referrer" },
})
