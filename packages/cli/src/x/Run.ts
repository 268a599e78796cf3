/** Runs what a command does on X, with the services that it needs and for as long as it lasts. */
import * as Effect from "effect/Effect"
import type { Failure } from "../Failure.ts"
import * as Services from "./Services.ts"
import * as Session from "./Session.ts"
import * as Waits from "./Waits.ts"

/** What all commands on X have been given. */
export interface Input {
  readonly place: Session.Place
  readonly mode: Session.Mode
  /** Seconds. */
  readonly wait: number
  readonly json: boolean
}

/**
 * @param tell is told when something waits, and until when
 * @param modeFor the mode, where it depends on who has signed in
 */
export const run = <A>(
  input: Input,
  use: (session: Session.Session) => Effect.Effect<A, Failure, Services.Services>,
  tell: (until: number) => void,
  modeFor: (session: Session.Session) => Session.Mode = () => input.mode,
): Effect.Effect<A, Failure> =>
  Effect.flatMap(Session.open(input.place), (session) =>
    use(session).pipe(
      Effect.provide(
        Services.layer(session, modeFor(session), Waits.watch(input.wait * 1000, tell)),
      ),
    ),
  )

/** The flags with which another command talks to the same place in the same way. */
export const flagsOf = ({ mode, place: { origin, profile } }: Input): ReadonlyArray<string> => [
  ...(profile === undefined ? [] : ["--profile", profile]),
  ...(origin === undefined ? [] : ["--origin", origin]),
  ...(mode === "auto" ? [] : ["--api", mode]),
]
