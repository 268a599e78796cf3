/** Where X is: the real one, or a sandbox. */
import { Transport } from "@kith/http-adapter"
import * as Result from "effect/Result"
import { type Failure, failed, misused } from "../Failure.ts"

export const defaultOrigin = Transport.defaultOrigin

const isHere = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname.endsWith(".localhost") ||
  hostname === "[::1]" ||
  /^127\.[0-9]+\.[0-9]+\.[0-9]+$/.test(hostname)

/** A place to which secrets may be sent: by https, or on this machine. */
export const parse = (text: string): Result.Result<string, Failure> => {
  const origin = Transport.parseOrigin(text)
  if (origin === undefined) {
    return Result.fail(
      misused(`--origin ${text}: expected scheme, host and port alone, such as ${defaultOrigin}`),
    )
  }
  const { hostname, protocol } = new URL(origin)
  return protocol === "https:" || isHere(hostname)
    ? Result.succeed(origin)
    : Result.fail(misused(`--origin ${text}: secrets would be sent in the clear; use https`))
}

/**
 * The place to talk to: as told, or that of the profile, or the real X. Tokens of one place are never
 * sent to another.
 *
 * @param told what the user says
 * @param profile the file and its place
 */
export const choose = (
  told: string | undefined,
  profile: { readonly file: string; readonly origin: string | undefined },
): Result.Result<string, Failure> => {
  const { file, origin } = profile
  const wanted = told ?? origin ?? defaultOrigin
  return Result.flatMap(parse(wanted), (chosen) =>
    origin === undefined || origin === chosen
      ? Result.succeed(chosen)
      : Result.fail(
          failed(
            `the credentials in ${file} are for ${origin}; for ${chosen}, name another file with --profile`,
            { tag: "InvalidInput" },
          ),
        ),
  )
}
