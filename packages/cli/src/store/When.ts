/** A moment in the past, as people write it: an age such as `30d`, or a day or time. */
import * as Result from "effect/Result"

const units: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

const age = /^(\d{1,6})([mhdw])$/
const moment = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/

/** Milliseconds since 1970. Days are those of UTC. */
export const parse = (text: string, now: number): Result.Result<number, string> => {
  const [, count, unit = ""] = age.exec(text) ?? []
  if (count !== undefined) return Result.succeed(now - Number(count) * (units[unit] ?? 0))
  const time = moment.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) {
    return Result.fail(
      "expected an age in weeks, days, hours or minutes, such as 30d, or a day or time, such as 2026-01-31 or 2026-01-31T12:00:00Z",
    )
  }
  return time > now
    ? Result.fail("that is yet to come; give a time that has passed")
    : Result.succeed(time)
}
