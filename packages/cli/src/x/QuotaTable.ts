/** What `kith quota` does: prints the windows that are open, as the journal knows them. */
import { Journal, QuotaLedger, type UserId } from "@kith/core"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Failure, failed } from "../Failure.ts"
import * as FileJournal from "../files/FileJournal.ts"
import * as Screen from "../Screen.ts"
import { appName } from "./Authority.ts"
import * as Explanation from "./Explanation.ts"
import * as Session from "./Session.ts"

export interface Input {
  readonly place: Session.Place
  readonly user: string | undefined
  readonly json: boolean
}

type Row = QuotaLedger.Row

/** `14m 5s`, `3h 20m`: two units, of which the second tells enough. */
const duration = (milliseconds: number): string => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  if (hours > 0) return `${hours}h ${minutes}m`
  return minutes > 0 ? `${minutes}m ${seconds % 60}s` : `${seconds}s`
}

const usedOf = ({ max, remaining }: Row): string =>
  // Of some windows X shows no more than that they are spent.
  max >= Number.MAX_SAFE_INTEGER ? "spent" : `${max - remaining}/${max}`

const columns = (
  nameOf: (user: string | undefined) => string,
  now: number,
): ReadonlyArray<Screen.Column<Row>> => [
  { title: "USER", columns: 15, style: "bold", text: ({ user }) => nameOf(user) },
  { title: "ENDPOINT", columns: 25, text: ({ kind }) => kind },
  { title: "WINDOW", columns: 10, text: ({ name }) => name },
  { title: "USED", columns: 9, text: usedOf },
  { title: "RESETS IN", columns: 10, text: ({ resetAt }) => duration(resetAt - now) },
  {
    title: "RESETS AT (UTC)",
    columns: 19,
    minimum: 120,
    style: "dim",
    text: ({ resetAt }) => new Date(resetAt).toISOString().slice(0, 19).replace("T", " "),
  },
]

/** Windows that have ended are of no more use: the journal would grow with everybody who ever came. */
const prune = (ledger: QuotaLedger.QuotaLedger["Service"]) =>
  Effect.gen(function* () {
    let cursor: string | undefined
    do {
      cursor = yield* ledger.prune({ cursor })
    } while (cursor !== undefined)
  })

const idOf = (session: Session.Session, text: string): Effect.Effect<UserId.UserId, Failure> => {
  const known = Session.signedIn(session, text)
  if (known !== undefined) return Effect.succeed(known.id)
  const who = Session.parse(text)
  if ("id" in who) return Effect.succeed(who.id)
  // X would know the name, but a look at the quota spends none of it.
  const id = session.token?.user ?? "ID"
  return Effect.fail(
    failed(
      `nobody has signed in as @${who.username}; say whom you mean by id: kith quota ${id}; or see everybody's: kith quota`,
      { tag: "UserNotFound" },
    ),
  )
}

export const quota = (input: Input): Effect.Effect<void, Failure> =>
  Effect.gen(function* () {
    const session = yield* Session.open(input.place)
    const user = input.user === undefined ? undefined : yield* idOf(session, input.user)
    const journal = yield* FileJournal.make(session.file.journal(session.origin))
    const ledger = yield* Effect.provideService(QuotaLedger.make, Journal.Journal, journal)
    const rows = yield* Effect.andThen(prune(ledger), Stream.runCollect(ledger.list(appName))).pipe(
      Effect.mapError(Explanation.fromStore),
    )
    const shown = rows.filter((row) => user === undefined || row.user === user)
    if (input.json) {
      return yield* Effect.forEach(
        shown,
        (row) =>
          Screen.print(
            JSON.stringify({
              user: row.user,
              endpoint: row.kind,
              window: row.name,
              ...(row.max >= Number.MAX_SAFE_INTEGER ? {} : { limit: row.max }),
              remaining: row.remaining,
              resetAt: new Date(row.resetAt).toISOString(),
            }),
          ),
        { discard: true },
      )
    }
    if (shown.length === 0) {
      return yield* Screen.print("no window is open: nothing was counted of late")
    }
    const names = new Map(session.profile.users.map(({ id, username }) => [String(id), username]))
    const nameOf = (id: string | undefined): string =>
      id === undefined ? "(the app)" : (names.get(id) ?? id)
    const table = Screen.table(columns(nameOf, yield* Clock.currentTimeMillis))
    yield* Screen.print([table.heading, ...shown.map(table.line)].join("\n"))
  })
