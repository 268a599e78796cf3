/** Lists whom a user follows, and who follows a user, as X has it. */
import { RelationshipRemote, RemoteWalk, type StoreError, type UserId } from "@kith/core"
import { XUsers } from "@kith/http-adapter"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Failure } from "../Failure.ts"
import * as Screen from "../Screen.ts"
import * as Shell from "../Shell.ts"
import * as Explanation from "./Explanation.ts"
import * as People from "./People.ts"
import * as Progress from "../Progress.ts"
import * as Run from "./Run.ts"
import * as Session from "./Session.ts"

export interface Input extends Run.Input {
  readonly user: string
  readonly limit: number | undefined
  readonly all: boolean
  readonly cursor: string | undefined
  /** On whose behalf. */
  readonly as: string | undefined
  /** Whether names are looked up. */
  readonly names: boolean
}

type Name = "following" | "followers"

/** A page of a list that is read for itself; X gives as many at once as it can on the way to the end. */
const onePage = 100

interface Row {
  readonly id: UserId.UserId
  readonly username?: string | undefined
  readonly name?: string | undefined
  readonly isMissing: boolean
}

const columns = (names: boolean): ReadonlyArray<Screen.Column<Row>> => [
  ...(names
    ? [
        {
          title: "USER",
          columns: 15,
          style: "bold" as const,
          text: ({ isMissing, username }: Row) => username ?? (isMissing ? "(not shown)" : ""),
        },
        {
          title: "NAME",
          columns: 30,
          text: ({ name = "" }: Row) => Screen.plain(name),
        },
      ]
    : []),
  {
    title: "ID",
    columns: 19,
    style: names ? "dim" : "bold",
    text: ({ id, isMissing }) => (names || !isMissing ? id : `${id} (not shown)`),
  },
]

const toJson = ({ id, isMissing, name, username }: Row): string =>
  JSON.stringify(isMissing ? { missing: id } : { user: { id, username, name } })

/** The command that goes on where this one stopped. */
const resume = (list: Name, input: Input, cursor: string | undefined): string =>
  Shell.line([
    "kith",
    list,
    input.user,
    "--on",
    "x",
    ...(input.all ? ["--all"] : []),
    ...(input.limit === undefined ? [] : ["--limit", String(input.limit)]),
    ...(input.as === undefined ? [] : ["--as", input.as]),
    ...(cursor === undefined ? [] : ["--cursor", cursor]),
    ...Run.flagsOf(input),
  ])

const stopped = (
  list: Name,
  input: Input,
  error: RemoteWalk.WalkStopped | StoreError.StoreError,
): Failure => {
  if (error._tag === "StoreError") return Explanation.fromStore(error)
  return Explanation.fromWalk(error, input.cursor, (cursor) => resume(list, input, cursor))
}

/** A page with names, as far as X tells them: a list of ids is better than none. */
const rowsOf = (
  { missing, users }: RelationshipRemote.RemotePage,
  input: Input,
  as: Session.Person | undefined,
): Effect.Effect<ReadonlyArray<Row>, never, XUsers.XUsers> =>
  Effect.gen(function* () {
    const people = yield* XUsers.XUsers
    const named =
      input.names && users.length > 0
        ? yield* Effect.orElseSucceed(people.byIds(users, as?.id), () => [])
        : []
    return [
      ...users.map((id, index): Row => {
        const user = named[index]
        return { id, username: user?.username, name: user?.name, isMissing: false }
      }),
      ...missing.map((id): Row => ({ id, isMissing: true })),
    ]
  })

/** On whose behalf a list is read: as told, by its own user, or by whoever has signed in. */
const readerOf = (
  session: Session.Session,
  input: Input,
): Effect.Effect<Session.Person | undefined, Failure, XUsers.XUsers> => {
  if (input.as !== undefined) return People.acting(session, input.as)
  const own = Session.signedIn(session, input.user)
  return Effect.succeed(
    own === undefined ? Session.only(session) : { id: own.id, username: own.username },
  )
}

/** How long the list is, for who looks at a terminal. */
const totalOf = (list: Name, user: Session.Person, as: Session.Person | undefined) =>
  Effect.gen(function* () {
    const people = yield* XUsers.XUsers
    const [found] = yield* people.byIds([user.id], as?.id)
    return list === "following" ? found?.followingCount : found?.followerCount
  }).pipe(Effect.orElseSucceed(() => undefined))

export const list = (name: Name, input: Input): Effect.Effect<void, Failure> => {
  let progress = Progress.make("users")
  let next = input.cursor
  const table = Screen.table(columns(input.names))
  const print = (lines: ReadonlyArray<string>) => {
    progress.clear()
    return lines.length === 0 ? Effect.void : Screen.print(lines.join("\n"))
  }
  return Run.run(
    input,
    (session) =>
      Effect.gen(function* () {
        const patience = input.wait * 1000
        const as = yield* readerOf(session, input)
        const user = yield* People.find(input.user, as, patience)
        if (input.all && process.stderr.isTTY) {
          progress = Progress.make("users", { total: yield* totalOf(name, user, as) })
        }
        const remote = yield* RelationshipRemote.RelationshipRemote
        let isFirst = true
        const pages = RemoteWalk.walk(remote, name, user.id, {
          cursor: input.cursor,
          limit: input.limit ?? (input.all ? undefined : onePage),
          as: as?.id,
          patience,
        })
        yield* (input.all ? pages : Stream.take(pages, 1)).pipe(
          Stream.mapError((error) => stopped(name, input, error)),
          Stream.runForEach((page) =>
            Effect.gen(function* () {
              const rows = yield* rowsOf(page, input, as)
              const lines = rows.map(input.json ? toJson : table.line)
              if (isFirst && !input.json && rows.length > 0) lines.unshift(table.heading)
              if (rows.length > 0) isFirst = false
              yield* print(lines)
              next = page.next
              if (input.all) progress.add(rows.length)
            }),
          ),
        )
        if (isFirst && !input.json && next === undefined) yield* print(["nobody"])
        if (next !== undefined) {
          yield* print([
            input.json ? JSON.stringify({ next }) : `\nmore: ${resume(name, input, next)}`,
          ])
        }
      }).pipe(
        Effect.ensuring(Effect.sync(() => progress.clear())),
        Effect.onInterrupt(() =>
          next === undefined
            ? Effect.void
            : Screen.note(`kith: stopped; go on with: ${resume(name, input, next)}`),
        ),
        Effect.tapError(() =>
          next === undefined || !input.json ? Effect.void : Screen.print(JSON.stringify({ next })),
        ),
      ),
    (until) => progress.waiting(until),
  )
}
