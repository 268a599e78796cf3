/**
 * Parameters of a query or a form, decoded strictly: `application/x-www-form-urlencoded` in UTF-8.
 *
 * Order and repetitions are kept, because OAuth signs them and v2 refuses them.
 *
 * @since 0.1.0
 */

/** @category models @since 0.1.0 */
export type Parameters = ReadonlyArray<readonly [name: string, value: string]>

const utf8 = new TextDecoder("utf-8", { fatal: true })

/**
 * The text of a body; `undefined` when it is not UTF-8.
 *
 * @category operations
 * @since 0.1.0
 */
export const text = (body: Uint8Array): string | undefined => {
  try {
    return utf8.decode(body)
  } catch {
    return undefined
  }
}

const component = (encoded: string): string => decodeURIComponent(encoded.replaceAll("+", " "))

/**
 * The parameters of a query or form; `undefined` when an escape is broken or is not UTF-8.
 *
 * @category operations
 * @since 0.1.0
 */
export const parse = (encoded: string): Parameters | undefined => {
  if (encoded === "") return []
  try {
    return encoded
      .split("&")
      .filter((pair) => pair !== "")
      .map((pair) => {
        const equals = pair.indexOf("=")
        return equals < 0
          ? [component(pair), ""]
          : [component(pair.slice(0, equals)), component(pair.slice(equals + 1))]
      })
  } catch {
    return undefined
  }
}

/**
 * The first value of a parameter.
 *
 * @category getters
 * @since 0.1.0
 */
export const get = (parameters: Parameters, name: string): string | undefined => {
  for (const [key, value] of parameters) if (key === name) return value
  return undefined
}
