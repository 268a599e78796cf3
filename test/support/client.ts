/** A client as the story knows it, and what can be asked of any of them. */
import { expect } from "vitest"
import type { List, Page } from "./pages.ts"
import type { Flags, Refusal, Seen, Surface } from "./story.ts"
import { me, oauth1Of, oauth2Of, type Credentials, type Person } from "./story-world.ts"

/** Where limits stand, as a client reads it from the headers. */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  readonly reset: number
}

/**
 * A client, behind the few words that the story needs. It throws whatever the client throws;
 * `explain` reads it. A client that is handed a refusal as an answer throws that.
 */
export interface Driver {
  readonly whoami?: () => Promise<string>
  readonly follow?: (whom: Person, notifications?: boolean) => Promise<Seen>
  readonly unfollow?: (whom: Person) => Promise<Seen>
  readonly tune?: (whom: Person, flags: Partial<Flags>) => Promise<Flags>
  readonly flags?: (whom: Person) => Promise<Flags>
  readonly relationship?: (whom: Person) => Promise<Seen>
  readonly asked?: () => Promise<ReadonlyArray<string>>
  readonly page: (
    list: List,
    of: Person,
    options: { readonly size: number; readonly at?: string | undefined },
  ) => Promise<Page>
  readonly explain: (thrown: unknown) => Refusal & { readonly standing?: Standing | undefined }
}

/** A client as the story knows it: its ways to authenticate, and how to make one of it. */
export interface Client {
  readonly name: string
  readonly surface: Surface
  readonly kinds: ReadonlyArray<Credentials["kind"]>
  /** What the client lets a refusal be known by; the story checks no more. */
  readonly reads: ReadonlyArray<keyof Refusal>
  /** Who refuses an app on its own what is for users: some clients do not even ask. */
  readonly refusesApps: "itself" | "server"
  readonly connect: (url: string, credentials: Credentials) => Driver
}

/** The refusal that a promise ends with. */
export const refusalOf = async (driver: Driver, attempt: Promise<unknown>) => {
  let outcome: unknown
  try {
    outcome = await attempt
  } catch (thrown) {
    return driver.explain(thrown)
  }
  return expect.fail(`nothing was refused: ${JSON.stringify(outcome)}`)
}

/** As much of a refusal as a client reads. */
export const readable = (client: Client, refusal: Refusal): Refusal =>
  Object.fromEntries(
    client.reads.flatMap((member) =>
      refusal[member] === undefined ? [] : [[member, refusal[member]]],
    ),
  )

/** The teller's credentials of a kind. */
export const mine = (kind: Credentials["kind"]): Credentials =>
  kind === "oauth1" ? oauth1Of(me) : oauth2Of(me)
