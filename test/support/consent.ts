/** A user in front of a consent page: a browser without script, made of `fetch`. */

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*"([^"]*)"`).exec(tag)?.[1]

const unescape = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&")

const tags = (html: string, name: string): ReadonlyArray<string> =>
  html.match(new RegExp(`<${name}\\b[^>]*>`, "gi")) ?? []

/** The page's one form, filled in by a user who presses a button. */
const fill = (html: string, user: string, answer: "allow" | "deny"): URLSearchParams => {
  const fields = new URLSearchParams()
  for (const input of tags(html, "input")) {
    const name = attribute(input, "name")
    if (name !== undefined && attribute(input, "type") === "hidden") {
      fields.append(unescape(name), unescape(attribute(input, "value") ?? ""))
    }
  }
  fields.set("user", user)
  const buttons = [...tags(html, "button"), ...tags(html, "input")].filter(
    (tag) => attribute(tag, "type") === "submit" && attribute(tag, "name") !== undefined,
  )
  const pressed = buttons.find((tag) =>
    `${attribute(tag, "name")} ${attribute(tag, "value")}`.toLowerCase().includes(answer),
  )
  if (pressed === undefined) throw new Error(`the page has no button to ${answer}: ${html}`)
  fields.set(attribute(pressed, "name") ?? "", unescape(attribute(pressed, "value") ?? ""))
  return fields
}

/**
 * Opens a page of X on the sandbox, whatever host the client names, and answers it.
 *
 * @returns where the user is sent, or the page that is shown instead
 */
export const consent = async (
  sandboxUrl: string,
  pageUrl: string,
  { user, answer = "allow" }: { readonly user: string; readonly answer?: "allow" | "deny" },
): Promise<{ readonly location: URL | undefined; readonly page: string }> => {
  const { pathname, search } = new URL(pageUrl)
  const here = new URL(pathname + search, sandboxUrl)
  const opened = await fetch(here, { redirect: "manual" })
  const html = await opened.text()
  if (opened.status !== 200) throw new Error(`${here.href}: ${opened.status} ${html}`)
  const [form] = tags(html, "form")
  if (form === undefined) throw new Error(`the page has no form: ${html}`)
  const action = unescape(attribute(form, "action") ?? "")
  const answered = await fetch(action === "" ? here : new URL(action, here), {
    method: (attribute(form, "method") ?? "get").toUpperCase(),
    body: fill(html, user, answer),
    redirect: "manual",
  })
  const page = await answered.text()
  const location = answered.headers.get("location")
  return { location: location === null ? undefined : new URL(location), page }
}
