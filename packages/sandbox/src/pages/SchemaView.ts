/**
 * Shows a JSON Schema to people: one line where it is simple, a nested list where it has members.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import { html, type Html } from "./Html.ts"

type JsonSchema = Readonly<Record<string, unknown>>

const isSchema = (value: unknown): value is JsonSchema =>
  Predicate.isObject(value) && !Array.isArray(value)

const schemas = (value: unknown): ReadonlyArray<JsonSchema> =>
  Array.isArray(value) ? value.filter(isSchema) : []

const componentPrefix = "#/components/schemas/"

/** The anchor of a component's section. */
export const anchor = (name: string): string => `schema-${name}`

const join = (parts: ReadonlyArray<Html>, between: string): Html =>
  html`${parts.map((part, index) => (index === 0 ? part : html`${between}${part}`))}`

/** The restrictions on a value, as words. */
const restrictions = (schema: JsonSchema): ReadonlyArray<Html> => {
  const shown = (key: string, words: string): ReadonlyArray<Html> => {
    const value = schema[key]
    // What every number keeps to anyway is no restriction.
    const told = typeof value === "number" && Math.abs(value) < Number.MAX_SAFE_INTEGER
    return told || typeof value === "string" ? [html` ${words} <code>${value}</code>`] : []
  }
  return [
    ...shown("format", "in the form"),
    ...shown("pattern", "matching"),
    ...shown("minimum", "from"),
    ...shown("maximum", "to"),
    ...shown("exclusiveMinimum", "above"),
    ...shown("minLength", "of a length from"),
    ...shown("maxLength", "of a length to"),
    ...shown("minItems", "of at least"),
    ...shown("maxItems", "of at most"),
    ...schemas(schema["allOf"]).flatMap(restrictions),
  ]
}

const literal = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`

const names: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  null: "null",
}

const members = (schema: JsonSchema): Html => {
  const properties = isSchema(schema["properties"]) ? schema["properties"] : {}
  const required = Array.isArray(schema["required"]) ? schema["required"] : []
  const more = schema["additionalProperties"]
  return html`<ul>
    ${Object.entries(properties).map(
      ([name, property]) =>
        html`<li>
          <code>${name}</code
          >${required.includes(name) ? "" : html` <span class="soft">optional</span>`}:
          ${view(property)}
        </li>`,
    )}${isSchema(more) && html`<li>any name: ${view(more)}</li>`}
  </ul>`
}

/** @category constructors @since 0.1.0 */
export const view = (schema: unknown): Html => {
  if (!isSchema(schema) || Object.keys(schema).length === 0) return html`anything`
  const reference = schema["$ref"]
  if (typeof reference === "string") {
    const name = reference.slice(componentPrefix.length)
    return html`<a href="#${anchor(name)}">${name}</a>`
  }
  const alternatives = [...schemas(schema["anyOf"]), ...schemas(schema["oneOf"])]
  if (alternatives.length > 0) return join(alternatives.map(view), " or ")
  if (Array.isArray(schema["enum"])) return join(schema["enum"].map(literal), " or ")
  if ("const" in schema) return literal(schema["const"])
  const type = schema["type"]
  if (type === "object") return html`object ${members(schema)}`
  if (type === "array") return html`list${restrictions(schema)} of ${view(schema["items"])}`
  const parts = schemas(schema["allOf"])
  if (type === undefined && parts.length > 0) return join(parts.map(view), ", and ")
  return html`${typeof type === "string" ? (names[type] ?? type) : "anything"}${restrictions(schema)}`
}
