/**
 * How the driver is told to use TLS.
 *
 * It takes `prefer`, `require` and `verify-ca` for `verify-full`, and warns that a later version will
 * not. What it does today is right: so it is told that in its own words, then and now.
 */

const weaker: ReadonlySet<string | null> = new Set(["prefer", "require", "verify-ca"])

/**
 * The same url, with the mode named that the driver takes the one in it for.
 *
 * @internal
 */
export const verifiedInFull = (url: URL): URL => {
  const same = new URL(url)
  const isAsLibpq = same.searchParams.get("uselibpqcompat") === "true"
  if (!isAsLibpq && weaker.has(same.searchParams.get("sslmode"))) {
    same.searchParams.set("sslmode", "verify-full")
  }
  return same
}
