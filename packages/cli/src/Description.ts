/** How a relationship is told: in words, and as members of JSON. */
import * as Screen from "./Screen.ts"

const names = { None: "none", Pending: "pending", Following: "following" } as const
const colours = { none: "dim", pending: "yellow", following: "green" } as const

export interface Preferences {
  readonly retweets?: boolean | undefined
  readonly notifications?: boolean | undefined
}

/** Preferences that are not known are not told. */
export const describe = (
  { _tag }: { readonly _tag: keyof typeof names },
  { notifications, retweets }: Preferences,
): {
  readonly text: string
  readonly members: { readonly state: string } & Preferences
} => {
  const state = names[_tag]
  const flag = (name: string, on: boolean | undefined): ReadonlyArray<string> =>
    on === undefined || _tag === "None" ? [] : [`${name} ${on ? "on" : "off"}`]
  return {
    text: [
      Screen.paint(colours[state], state),
      ...flag("retweets", retweets),
      ...flag("notifications", notifications),
    ].join(", "),
    members: _tag === "None" ? { state } : { state, retweets, notifications },
  }
}
