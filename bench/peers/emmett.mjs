// The follow command on Emmett: a CommandHandler over the in-memory event store.
import { CommandHandler, getInMemoryEventStore } from "@event-driven-io/emmett"

export const make = () => {
  // Filling the store by commands takes minutes, because each append counts the events of all streams.
  // So its map of streams is caught while it is made, and filled with what an append leaves there.
  const RealMap = globalThis.Map
  const caught = []
  globalThis.Map = class extends RealMap {
    constructor(...args) {
      super(...args)
      caught.push(this)
    }
  }
  const store = getInMemoryEventStore()
  globalThis.Map = RealMap
  const [streams] = caught

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
  const handle = CommandHandler({ evolve, initialState })
  const decide = (state) =>
    state.following ? [] : [{ type: "Followed", data: { retweets: true, notifications: false } }]
  const execute = (source, target) => handle(store, `${source}:${target}`, decide)
  const fill = async (source, target) => {
    const streamName = `${source}:${target}`
    if (streams.size === 0) return execute(source, target)
    streams.set(streamName, [
      {
        ...decide(initialState())[0],
        kind: "Event",
        metadata: {
          streamName,
          messageId: crypto.randomUUID(),
          streamPosition: 1n,
          globalPosition: BigInt(streams.size + 1),
        },
      },
    ])
  }
  /** Whether the caught map is the store's: else the fill would go nowhere. */
  const isFilled = async (source, target) => store.streamExists(`${source}:${target}`)
  return { execute, fill, isFilled }
}
