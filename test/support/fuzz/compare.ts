/** Holds all of a world against the model: users, relationships, blocks, events and mutes. */
import { Schema } from "effect"
import type { Model } from "./model.ts"
import { bearerOf, main, people, type Person } from "./world.ts"

/** A request that has to succeed: what it answers. */
export type Call = (
  method: string,
  path: string,
  body?: string,
  lines?: ReadonlyArray<string>,
) => Promise<string>

const World = Schema.Struct({
  users: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      username: Schema.String,
      protected: Schema.optionalKey(Schema.Boolean),
      suspended: Schema.optionalKey(Schema.Boolean),
    }),
  ),
  relationships: Schema.Array(
    Schema.Struct({
      source: Schema.String,
      target: Schema.String,
      state: Schema.Literals(["pending", "following"]),
      retweets: Schema.Boolean,
      notifications: Schema.Boolean,
    }),
  ),
  blocks: Schema.Array(Schema.Struct({ source: Schema.String, target: Schema.String })),
})
const decodeWorld = Schema.decodeUnknownSync(World)
const decodeEvent = Schema.decodeUnknownSync(
  Schema.Struct({ source: Schema.String, target: Schema.String }),
)
const decodeMuted = Schema.decodeUnknownSync(
  Schema.Struct({ data: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.String }))) }),
)

const sorted = (list: Iterable<string>): ReadonlyArray<string> => [...list].toSorted()

/** Throws when anything differs. */
export const compare = async (model: Model, call: Call): Promise<void> => {
  const { users, relationships, blocks } = decodeWorld(
    JSON.parse(await call("GET", "/sandbox/world")),
  )
  const ids = new Map(users.map(({ id, username }) => [username, id]))
  const id = (username: string) => ids.get(username) ?? username
  const equal = (what: string, is: Iterable<string>, expected: Iterable<string>) => {
    const [a, b] = [sorted(is).join("\n"), sorted(expected).join("\n")]
    if (a !== b) throw new Error(`${what} are\n${a}\ninstead of\n${b}`)
  }
  const person = ({ id, username, protected: guards = false, suspended = false }: Person) =>
    `${id} ${username} ${guards} ${suspended}`
  equal("users", users.map(person), [...model.users.values()].map(person))
  equal(
    "relationships",
    relationships.map((it) =>
      [id(it.source), id(it.target), it.state, it.retweets, it.notifications].join(" "),
    ),
    [...model.edges].map(([key, it]) => [key, it.state, it.retweets, it.notifications].join(" ")),
  )
  equal(
    "blocks",
    blocks.map((it) => `${id(it.source)} ${id(it.target)}`),
    model.blocks,
  )
  const counts = new Map<string, number>()
  for (const line of (await call("GET", "/sandbox/events")).trim().split("\n")) {
    const { source, target } = decodeEvent(JSON.parse(line))
    const key = `${source} ${target}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const count = ([key, times]: readonly [string, number]) => `${key} ${times}`
  equal("events", [...counts].map(count), [...model.events].map(count))
  for (const actor of people.slice(0, 4)) {
    const authorization = `Authorization: Bearer ${bearerOf(main, actor)}`
    const muting = await call("GET", `/2/users/${actor.id}/muting`, undefined, [authorization])
    const muted = (decodeMuted(JSON.parse(muting)).data ?? []).map((it) => `${actor.id} ${it.id}`)
    const visible = [...model.mutes].filter(
      (pair) =>
        pair.startsWith(`${actor.id} `) &&
        model.users.get(pair.slice(actor.id.length + 1))?.suspended !== true,
    )
    equal("mutes", muted, visible)
  }
}
