/** The pages for people, and the OpenAPI document behind one of them. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { html, page } from "../../packages/sandbox/src/pages/Html.ts"
import { view } from "../../packages/sandbox/src/pages/SchemaView.ts"
import { builtIn } from "../../packages/sandbox/src/world/BuiltIn.ts"
import { happycamper, quietbirch, twitterDev, useSandbox } from "../support/sandbox-calls.ts"

const { sandbox, call, execute } = useSandbox()

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${sandbox().url}${path}`, { headers })
  return { response, text: await response.text() }
}

describe("html", () => {
  test("escapes whatever is put in, in elements and in attributes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const markup = html`<a title="${text}">${text}</a>`.toString()
        expect(markup.match(/[<>"]/g)?.join("")).toBe('<""><>')
        const decode = (escaped: string | undefined) =>
          escaped
            ?.replaceAll("&lt;", "<")
            .replaceAll("&gt;", ">")
            .replaceAll("&quot;", '"')
            .replaceAll("&#39;", "'")
            .replaceAll("&amp;", "&")
        expect(decode(/title="([^"]*)"/.exec(markup)?.[1])).toBe(text)
        expect(decode(/>([^<]*)</.exec(markup)?.[1])).toBe(text)
      }),
    )
  })

  test("takes markup, numbers and lists as they are, and leaves out what is nothing", () => {
    const items = ["a<b", "c"].map((text) => html`<i>${text}</i>`)
    const nothing = [undefined, null, false, ""] as const
    expect(html`<b>${items}${nothing}${0}</b>`.toString()).toBe("<b><i>a&lt;b</i><i>c</i>0</b>")
  })

  test("does not take an object for markup because it looks like it", () => {
    const { title, body } = { title: "<x>", body: html`<p></p>` }
    expect(page({ title, body })).toContain("<title>&lt;x&gt;</title>")
  })
})

describe("the first page", () => {
  test("is a whole document without script, and forbids it", async () => {
    const { response, text } = await get("/")
    expect(response.status).toBe(200)
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8")
    expect(response.headers.get("content-security-policy")).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    )
    expect(text).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(text).not.toMatch(/<script|javascript:|\son\w+=|style="/i)
  })

  test("shows the users of the world that is running, and how they stand", async () => {
    await execute("Follow", happycamper, twitterDev)
    await execute("Follow", happycamper, quietbirch)
    const { text } = await get("/")
    const rows = Array.from(text.matchAll(/<tr>([^]*?)<\/tr>/g), ([, row]) =>
      (row ?? "")
        .replaceAll(/<[^>]*>/g, " ")
        .trim()
        .split(/\s+/),
    )
    expect(rows).toEqual([
      ["Username", "Id", "Account", "Following", "Followers", "Asked", "Asked", "by"],
      ["happycamper", happycamper, "public", "1", "0", "1", "0"],
      ["TwitterDev", twitterDev, "public", "0", "1", "0", "0"],
      ["quietbirch", quietbirch, "protected", "0", "0", "0", "1"],
      ["riverotter", "1203944556", "public", "0", "0", "0", "0"],
    ])
  })

  test("gives commands with the address that it was asked at, and working credentials", async () => {
    const { text } = await get("/")
    const command = /<pre[^>]*>(curl [^]*?)<\/pre>/.exec(text)?.[1] ?? ""
    expect(command).toContain(`${sandbox().url}/2/users/me`)
    const token = /Bearer (.*?)&#39;/.exec(command)?.[1]
    const { json } = await call("GET", "/2/users/me", undefined, {
      authorization: `Bearer ${token}`,
    })
    expect(json.data.username).toBe("happycamper")
  })

  test("escapes what a world says", async () => {
    const hostile = `<script>alert("1")</script>`
    await call("PUT", "/sandbox/world", {
      ...builtIn,
      apps: builtIn.apps.map((app) => ({ ...app, consumerKey: hostile })),
    })
    const { text } = await get("/")
    expect(text).not.toContain(hostile)
    expect(text).toContain("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;")
  })

  test("shows nothing of the world to a page of another site", async () => {
    const { text } = await get("/", { origin: "http://evil.example" })
    expect(text).toContain("Kith sandbox")
    for (const secret of ["happycamper", "Bearer", builtIn.apps[0]?.consumerSecret ?? ""]) {
      expect(text).not.toContain(secret)
    }
  })

  test("says that nobody can follow where the world has no token for it", async () => {
    await call("PUT", "/sandbox/world", {
      apps: [],
      users: [{ id: "1", username: "ada", name: "Ada" }],
      tokens: [],
      relationships: [],
      blocks: [],
    })
    const { response, text } = await get("/")
    expect(response.status).toBe(200)
    expect(text).toContain(`curl ${sandbox().url}/sandbox/world`)
  })

  test("says when the clock was moved, reads are behind and faults wait", async () => {
    await call("POST", "/sandbox/clock", { advanceSeconds: 500 })
    await call("POST", "/sandbox/consistency", { lagSeconds: 9 })
    await call("POST", "/sandbox/faults", { match: { path: "/2/" }, effect: { status: 503 } })
    const text = (await get("/")).text.replaceAll(/\s+/g, " ")
    expect(text).toContain("500 seconds ahead of this machine")
    expect(text).toContain("9 seconds behind")
    expect(text).toContain('<a href="/sandbox/faults">1</a>')
  })
})

describe("the API", () => {
  const methods = ["get", "post", "put", "patch", "delete"]

  const byApp = { authorization: `Bearer ${builtIn.apps[0]?.bearerToken}` }

  interface Operation {
    readonly operationId: string
    readonly security: ReadonlyArray<unknown>
    readonly responses: Readonly<Record<string, { readonly content?: object }>>
  }

  const operations = (document: {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  }) =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      methods.flatMap((method) => {
        const operation = item[method]
        return operation === undefined ? [] : [{ ...operation, path, method: method.toUpperCase() }]
      }),
    )

  test("is described as OpenAPI 3.1", async () => {
    const { json } = await call("GET", "/sandbox/openapi.json")
    expect(json.openapi).toBe("3.1.0")
    const served = operations(json).map(({ method, path }) => `${method} ${path}`)
    expect(served).toEqual(
      expect.arrayContaining([
        "GET /",
        "POST /2/users/{id}/following",
        "DELETE /2/users/{source_user_id}/following/{target_user_id}",
        "POST /1.1/friendships/create.json",
        "PUT /sandbox/world",
        "GET /sandbox/events",
      ]),
    )
  })

  test("names operations in ways that a URL and an id can hold", async () => {
    const { json } = await call("GET", "/sandbox/openapi.json")
    const names = operations(json).map(({ operationId }) => operationId)
    expect(names).toEqual(expect.arrayContaining(["followUser", "v1.1.friendships-create"]))
    expect(names.filter((name) => !/^[\w.-]+$/.test(name))).toEqual([])
  })

  test("declares every status and type of content that bare requests are answered with", async () => {
    const { json } = await call("GET", "/sandbox/openapi.json")
    for (const { method, path, responses } of operations(json)) {
      for (const headers of [{}, byApp]) {
        const url = `${sandbox().url}${path.replaceAll(/\{\w+\}/g, "1")}`
        const response = await fetch(url, { method, headers, redirect: "manual" })
        await response.body?.cancel()
        const types = Object.keys(responses[response.status]?.content ?? {})
        const [type] = (response.headers.get("content-type") ?? "").split(";")
        expect([method, path, types.map((declared) => declared.split(";")[0])]).toEqual([
          method,
          path,
          expect.arrayContaining([type]),
        ])
      }
    }
  })

  test("says of every operation of v1.1 whether an app may call it on its own", async () => {
    const { json } = await call("GET", "/sandbox/openapi.json")
    const served = operations(json).filter(({ path }) => path.startsWith("/1.1/"))
    expect(served.length).toBeGreaterThan(15)
    for (const { method, path, security } of served) {
      const response = await fetch(`${sandbox().url}${path}`, { method, headers: byApp })
      const refused = (await response.text()).includes('"code":220')
      expect([method, path, security]).toEqual([
        method,
        path,
        [...(refused ? [] : [{ BearerToken: [] }]), { UserToken: [] }],
      ])
    }
  })

  test("is a page on which every link leads somewhere and every id is there once", async () => {
    const { response, text } = await get("/sandbox/docs")
    expect(response.status).toBe(200)
    expect(text).not.toMatch(/<script|javascript:|\son\w+=|style="/i)
    const ids = Array.from(text.matchAll(/ id="([^"]+)"/g), ([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const links = Array.from(text.matchAll(/href="#([^"]+)"/g), ([, id]) => id)
    expect(links.length).toBeGreaterThan(50)
    expect(links.filter((id) => !ids.includes(id))).toEqual([])
  })

  test("is a page that names every operation of the document", async () => {
    const { json } = await call("GET", "/sandbox/openapi.json")
    const { text } = await get("/sandbox/docs")
    for (const [path, item] of Object.entries<Record<string, { operationId: string }>>(
      json.paths,
    )) {
      expect(text.includes(`<code>${path}</code`)).toBe(true)
      for (const method of methods) {
        const operation = item[method]
        if (operation !== undefined)
          expect(text.includes(`id="operation-${operation.operationId}"`)).toBe(true)
      }
    }
  })
})

describe("a schema", () => {
  const text = (schema: unknown) =>
    view(schema)
      .toString()
      .replaceAll(/<[^>]*>/g, "")
      .replaceAll(/\s+/g, " ")
      .trim()

  test.each([
    [{}, "anything"],
    [{ type: "string" }, "text"],
    [{ type: "string", pattern: "^<a>$" }, "text matching ^&lt;a&gt;$"],
    [{ type: "string", allOf: [{ minLength: 1 }] }, "text of a length from 1"],
    [{ type: "integer", minimum: 0, maximum: 9 }, "whole number from 0 to 9"],
    [{ enum: ["x", "none"] }, "&quot;x&quot; or &quot;none&quot;"],
    [{ const: 7 }, "7"],
    [{ $ref: "#/components/schemas/User" }, "User"],
    [{ anyOf: [{ type: "boolean" }, { type: "null" }] }, "true or false or null"],
    [{ type: "array", items: { type: "number" }, minItems: 2 }, "list of at least 2 of number"],
    [
      {
        type: "object",
        properties: { a: { type: "string" }, b: { type: "boolean" } },
        required: ["a"],
      },
      "object a: text b optional: true or false",
    ],
    [
      { type: "object", additionalProperties: { type: "integer" } },
      "object any name: whole number",
    ],
    [null, "anything"],
  ])("is told in words: %j", (schema, expected) => {
    expect(text(schema)).toBe(expected)
  })
})
