// The follow command on castore: a Command over an EventStore with the in-memory adapter.
import { createRequire } from "node:module"

// castore's ESM files import without extensions, which Node does not resolve.
const require = createRequire(import.meta.url)
const { Command, EventStore, EventType } = require("@castore/core")
const { InMemoryEventStorageAdapter } = require("@castore/event-storage-adapter-in-memory")

export const make = () => {
  const store = new EventStore({
    eventStoreId: "FOLLOWS",
    eventTypes: [new EventType({ type: "Followed" }), new EventType({ type: "Unfollowed" })],
    reducer: (aggregate, { aggregateId, version, type }) => ({
      aggregateId,
      version,
      following: type === "Followed",
    }),
    eventStorageAdapter: new InMemoryEventStorageAdapter(),
  })
  const follow = new Command({
    commandId: "FOLLOW",
    requiredEventStores: [store],
    handler: async ({ source, target }, [follows]) => {
      const aggregateId = `${source}:${target}`
      const { aggregate } = await follows.getAggregate(aggregateId)
      if (aggregate?.following) return { changed: false }
      await follows.pushEvent({
        aggregateId,
        version: (aggregate?.version ?? 0) + 1,
        type: "Followed",
        payload: { retweets: true, notifications: false },
      })
      return { changed: true }
    },
  })
  const execute = (source, target) => follow.handler({ source, target }, [store])
  return { execute, fill: execute }
}
