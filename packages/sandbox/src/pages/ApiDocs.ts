/**
 * The sandbox's API as a page to browse, made of its OpenAPI document.
 *
 * @since 0.1.0
 */
import type {
  OpenApiSpecContent,
  OpenAPISpec,
  OpenAPISpecOperation,
  OpenAPISpecParameter,
} from "effect/http-api/OpenApi"
import { html, type Html } from "./Html.ts"
import { anchor, view } from "./SchemaView.ts"

interface Operation extends OpenAPISpecOperation {
  readonly method: string
  readonly path: string
}

const methods = ["get", "post", "put", "patch", "delete"] as const

const operationsOf = (spec: OpenAPISpec): ReadonlyArray<Operation> =>
  Object.entries(spec.paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = item[method]
      return operation === undefined ? [] : [{ ...operation, method: method.toUpperCase(), path }]
    }),
  )

const anchorOf = ({ operationId }: Operation): string => `operation-${operationId}`

/** Text with `code` in it. */
const prose = (text: string): Html =>
  html`${text.split("`").map((piece, index) => (index % 2 === 1 ? html`<code>${piece}</code>` : piece))}`

const parameters = (list: ReadonlyArray<OpenAPISpecParameter>): Html | false =>
  list.length > 0 &&
  html`<h4>Parameters</h4>
    <div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">In</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          ${list.map(
            (parameter) =>
              html`<tr>
                <td>
                  <code>${parameter.name}</code
                  >${!parameter.required && html` <span class="soft">optional</span>`}
                </td>
                <td>${parameter.in}</td>
                <td>
                  ${view(parameter.schema)}${parameter.description !== undefined && html`<br />${prose(parameter.description)}`}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`

const content = (bodies: OpenApiSpecContent): ReadonlyArray<Html> =>
  Object.entries(bodies).map(
    ([type, { schema }]) => html`<div><span class="soft">${type}:</span> ${view(schema)}</div>`,
  )

const operation = (it: Operation): Html =>
  html`<details>
    <summary>
      <span class="method">${it.method}</span>
      <code>${it.path}</code
      >${it.summary !== undefined && html` <span class="soft">${prose(it.summary)}</span>`}
    </summary>
    <div id="${anchorOf(it)}">
      ${it.description !== undefined && html`<p>${prose(it.description)}</p>`}
      ${it.security.length > 0 && html`<p><span class="soft">Credentials:</span> ${it.security.map((one) => Object.keys(one).join(" and ")).join(", or ")}</p>`}
      ${parameters(it.parameters)}
      ${
        it.requestBody !== undefined &&
        html`<h4>Body</h4>
          ${content(it.requestBody.content)}`
      }
      <h4>Answers</h4>
      <dl>
        ${Object.entries(it.responses).map(
          ([status, response]) =>
            html`<dt>${status}</dt>
              <dd>
                ${response.content === undefined ? response.description : content(response.content)}
              </dd>`,
        )}
      </dl>
    </div>
  </details>`

/** @category constructors @since 0.1.0 */
export const apiDocs = (spec: OpenAPISpec): { readonly title: string; readonly body: Html } => {
  const operations = operationsOf(spec)
  const groups = spec.tags.map((tag, index) => ({
    ...tag,
    id: `group-${index}`,
    operations: operations.filter((it) => it.tags.includes(tag.name)),
  }))
  const components = Object.entries(spec.components.schemas).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return {
    title: "API of the Kith sandbox",
    body: html`<a class="skip" href="#content">Skip to the endpoints</a>
      <header>
        <h1>API of the Kith sandbox</h1>
        <p>
          ${operations.length} endpoints. The same as a document for programs:
          <a href="/sandbox/openapi.json">OpenAPI</a>. How to begin: <a href="/">the first page</a>.
        </p>
        <nav aria-label="Groups">
          <ul>
            ${groups.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}
            <li><a href="#schemas">Schemas</a></li>
          </ul>
        </nav>
      </header>
      <main id="content">
        ${groups.map(
          (group) =>
            html`<section aria-labelledby="${group.id}">
              <h2 id="${group.id}">${group.name}</h2>
              ${group.description !== undefined && html`<p>${prose(group.description)}</p>`}
              ${group.operations.map(operation)}
            </section>`,
        )}
        <section aria-labelledby="schemas">
          <h2 id="schemas">Schemas</h2>
          ${components.map(
            ([name, schema]) =>
              html`<details>
                <summary><code>${name}</code></summary>
                <div id="${anchor(name)}">${view(schema)}</div>
              </details>`,
          )}
        </section>
      </main>`,
  }
}
