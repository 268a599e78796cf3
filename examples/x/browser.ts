/** A user in front of a sandbox's page of consent, as far as the examples of docs/x.md need one. */

/** Allows what the page asks for, as happycamper. Gives the address that the user is sent back to. */
export const allow = async (page: string): Promise<string> => {
  const html = await (await fetch(page)).text()
  const [, ticket = ""] = /name="ticket" value="([^"]*)"/.exec(html) ?? []
  const body = new URLSearchParams({ ticket, user: "happycamper", decision: "allow" })
  const answer = await fetch(page, { method: "POST", body, redirect: "manual" })
  return answer.headers.get("location") ?? ""
}
