/**
 * Keeps platforms from sending a request twice by themselves.
 *
 * A connection that was kept from an earlier request may be closed while the next one is on its way.
 * Then Deno sends any request once more on another connection, also one that has arrived, and Bun any
 * but a POST. What was done is done again then, a signature that comes twice is refused, and a token that
 * is good once is lost. So each request has a connection of its own there, which Deno heeds from 2.9.6 on.
 * Node repeats nothing; workerd repeats what has no body, and knows no way to tell it.
 */

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

/**
 * What a platform's `fetch` has to be told, by the globals of the platform.
 *
 * @internal
 */
export const optionsOn = (globals: object): object => {
  if (Reflect.has(globals, "Bun")) return { keepalive: false }
  const deno: unknown = Reflect.get(globals, "Deno")
  const create: unknown = isObject(deno) ? Reflect.get(deno, "createHttpClient") : undefined
  if (typeof create !== "function") return {}
  const client: unknown = Reflect.apply(create, deno, [{ poolMaxIdlePerHost: 0 }])
  return { client }
}

/**
 * The same on the platform at hand. Deno's client is a resource, which is there from the beginning lest a
 * test that sends the first request be taken to leak it.
 *
 * @internal
 */
export const options: object = /* @__PURE__ */ optionsOn(globalThis)
