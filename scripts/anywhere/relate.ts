/** One asks, the other approves; then all that is known of it is read back. */
import { connect, type RelationshipsLayer } from "@kith/core/promise"

const [source, target] = ["1", "2"]

export const relate = async (layer: RelationshipsLayer): Promise<ReadonlyArray<unknown>> => {
  const relationships = await connect(layer)
  const read = async () => {
    const events: Array<string> = []
    for await (const { event, position } of relationships.changes()) {
      events.push(`${position} ${event._tag}`)
      if (events.length === 2) break
    }
    return events
  }
  // It reads from before anything happens: whoever waits has to be woken.
  const changes = read()
  const asked = await relationships.execute({ _tag: "Follow", source, target })
  const approved = await relationships.execute({ _tag: "ApproveRequest", source, target })
  const { entries } = await relationships.followers(target)
  const outcome = [
    asked.relationship._tag,
    approved.relationship._tag,
    entries.map(({ user }) => user),
    await changes,
  ]
  await relationships.close()
  return outcome
}
