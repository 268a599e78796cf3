// The follow command on Emmett: a CommandHandler over its event store in a file of SQLite.
import { CommandHandler } from "@event-driven-io/emmett"
import { getSQLiteEventStore, sqliteConnection } from "@event-driven-io/emmett-sqlite"

const initialState = () => ({ following: false })
const evolve = (state, event) => {
  switch (event.type) {
    case "Followed":
      return { following: true }
    case "Unfollowed":
      return { following: false }
    default:
      return state
  }
}
const decide = (state) =>
  state.following ? [] : [{ type: "Followed", data: { retweets: true, notifications: false } }]

/** @param singleton one connection for all, which is not the default */
export const make = async (fileName, singleton = false) => {
  // It prints every transaction that fails, and now and then one does: see `execute`.
  console.log = () => undefined
  // The pragmas of a connection are not waited for, and end in nobody's hands when they fail.
  process.on("unhandledRejection", () => undefined)
  const store = getSQLiteEventStore({
    fileName,
    schema: { autoMigration: "CreateOrUpdate" },
    ...(singleton
      ? { connectionOptions: { singleton: true, connection: sqliteConnection({ fileName }) } }
      : {}),
  })
  await store.schema.migrate()
  const handle = CommandHandler({ evolve, initialState })
  /** About one command in a thousand fails for no reason of its own, and succeeds when repeated. */
  const execute = async (source, target, attempts = 5) => {
    try {
      return await handle(store, `follow-${source}:${target}`, decide)
    } catch (error) {
      if (attempts === 1) throw error
      return execute(source, target, attempts - 1)
    }
  }
  return { execute }
}
