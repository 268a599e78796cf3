// The follow command on Emmett: a CommandHandler over its event store on PostgreSQL.
import { CommandHandler } from "@event-driven-io/emmett"
import { getPostgreSQLEventStore } from "@event-driven-io/emmett-postgresql"

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

export const make = async (url) => {
  const store = getPostgreSQLEventStore(url)
  await store.schema.migrate()
  const handle = CommandHandler({ evolve, initialState })
  const execute = (source, target) => handle(store, `follow-${source}:${target}`, decide)
  return { execute }
}
