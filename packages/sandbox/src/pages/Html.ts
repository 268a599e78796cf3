/**
 * Writes the sandbox's pages: plain HTML without script.
 *
 * What is put into a template is escaped, always; markup comes from templates alone. So a page may
 * echo anything.
 *
 * @since 0.1.0
 */
import type { Reply } from "../http/Message.ts"
import { contentSecurityPolicy, style } from "./style.ts"

/**
 * A piece of markup, made by {@link html} and by nothing else.
 *
 * @category models
 * @since 0.1.0
 */
export class Html {
  readonly #markup: string
  constructor(strings: ReadonlyArray<string>, children: ReadonlyArray<Child>) {
    this.#markup = strings.reduce(
      (text, piece, index) => text + render(children[index - 1]) + piece,
    )
  }
  toString(): string {
    return this.#markup
  }
}

/**
 * What may stand in a template: text and numbers, which are escaped; markup; lists of these; or
 * nothing at all, for what is left out.
 *
 * @category models
 * @since 0.1.0
 */
export type Child = Html | string | number | false | null | undefined | ReadonlyArray<Child>

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/**
 * Text that means itself, in an element as well as in a quoted attribute.
 *
 * @category operations
 * @since 0.1.0
 */
export const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => escapes[character] ?? character)

const render = (child: Child): string => {
  if (child instanceof Html) return child.toString()
  if (typeof child === "string") return escape(child)
  if (typeof child === "number") return String(child)
  return child === null || child === undefined || child === false ? "" : child.map(render).join("")
}

/**
 * A tagged template: html`<p>${text}</p>`. Attributes with a value from outside have to be quoted.
 *
 * @category constructors
 * @since 0.1.0
 */
export const html = (strings: TemplateStringsArray, ...children: ReadonlyArray<Child>): Html =>
  new Html(strings, children)

/**
 * A whole document around a body.
 *
 * @category constructors
 * @since 0.1.0
 */
export const page = (content: { readonly title: string; readonly body: Html }): string => {
  const document = html`<html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <link rel="icon" href="data:," />
      <title>${content.title}</title>
      ${styleElement}
    </head>
    <body>
      ${content.body}
    </body>
  </html> `
  return `<!doctype html>\n${document.toString()}`
}

const styleElement = new Html([`<style>${style}</style>`], [])

/**
 * A document as a reply. Its headers forbid script, foreign content and framing; forms may be sent
 * anywhere, because a consent page leads to the callback of an app.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reply = (
  status: number,
  content: { readonly title: string; readonly body: Html },
): Reply => ({
  status,
  contentType: "text/html; charset=utf-8",
  body: page(content),
  headers: {
    "content-security-policy": contentSecurityPolicy,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  },
})
