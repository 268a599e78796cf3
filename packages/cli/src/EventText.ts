/** How events of the log look to a person. */
import type { Event } from "./Client.ts"

/** `2026-08-22 12:34:56` in UTC, or the time of day alone where there is little room. */
export const time = (event: Event, room: "narrow" | "wide"): string => {
  const text = new Date(event.time).toISOString()
  return room === "wide" ? text.slice(0, 19).replace("T", " ") : text.slice(11, 19)
}

/** The preferences that a follow or a request began with; nothing for other events. */
export const preferences = (event: Event): string => {
  const flag = (name: string): string | undefined => {
    const value = event.data[name]
    return typeof value === "boolean" ? `${name} ${value ? "on" : "off"}` : undefined
  }
  return ["retweets", "notifications"]
    .map(flag)
    .filter((text) => text !== undefined)
    .join(", ")
}
