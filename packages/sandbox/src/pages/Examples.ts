/**
 * How to begin, as commands to paste: with credentials that work in the world that is running.
 *
 * @since 0.1.0
 */
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"

/**
 * - `title`: what the command does.
 * - `command`: one for a POSIX shell, on one or several lines.
 *
 * @category models
 * @since 0.1.0
 */
export interface Example {
  readonly title: string
  readonly command: string
}

/** What examples are made of: somebody with a token that may follow, and whom to follow. */
interface Cast {
  readonly token: string
  readonly source: User
  readonly open: User | undefined
  readonly guarded: User | undefined
}

const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`

const cast = (world: LiveWorld): Cast | undefined => {
  const users = [...world.users.all()].filter((user) => user.suspended !== true)
  for (const { user, oauth2 } of world.credentials.tokens()) {
    const source = world.users.byUsername(user)
    if (oauth2 === undefined || source === undefined || source.suspended === true) continue
    if (!["follows.write", "users.read", "tweet.read"].every((it) => oauth2.scopes.includes(it))) {
      continue
    }
    const others = users.filter(
      ({ id }) =>
        id !== source.id &&
        !world.users.blocks.has(id, source.id) &&
        !world.users.blocks.has(source.id, id),
    )
    return {
      token: oauth2.accessToken,
      source,
      open: others.find((other) => other.protected !== true),
      guarded: others.find((other) => other.protected === true),
    }
  }
  return undefined
}

const follow = (url: string, { token, source }: Cast, target: User): string =>
  [
    `curl -X POST ${url}/2/users/${source.id}/following`,
    `-H ${quote(`Authorization: Bearer ${token}`)}`,
    `-H 'Content-Type: application/json' -d '{"target_user_id":"${target.id}"}'`,
  ].join(" \\\n  ")

/**
 * Examples for the world that is running; fewer when it has no token that may follow.
 *
 * @param url where the sandbox is reached, without a slash at the end
 * @category constructors
 * @since 0.1.0
 */
export const examples = (world: LiveWorld, url: string): ReadonlyArray<Example> => {
  const found = cast(world)
  if (found === undefined) {
    return [
      { title: "See the world: its users, apps and tokens", command: `curl ${url}/sandbox/world` },
    ]
  }
  const { token, source, open, guarded } = found
  const list: Array<Example> = [
    {
      title: `Who am I? (${source.username})`,
      command: `curl ${url}/2/users/me \\\n  -H ${quote(`Authorization: Bearer ${token}`)}`,
    },
  ]
  if (open !== undefined) {
    list.push({
      title: `Follow ${open.username}`,
      command: follow(url, found, open),
    })
  }
  if (guarded !== undefined) {
    list.push(
      {
        title: `Ask ${guarded.username}, who is protected: the follow is pending`,
        command: follow(url, found, guarded),
      },
      {
        title: `Approve it, as ${guarded.username}`,
        command: `curl -X POST ${url}/sandbox/requests/${source.id}/${guarded.id}/approve`,
      },
    )
  }
  const target = guarded ?? open
  if (target !== undefined) {
    list.push({
      title: "See the relationship, and why it is so",
      command: `curl ${url}/sandbox/relationships/${source.id}/${target.id}`,
    })
  }
  return list
}

/**
 * What a client library wants to be given, name and value, for the first app and a user of it.
 *
 * @category constructors
 * @since 0.1.0
 */
export const credentials = (world: LiveWorld): ReadonlyArray<readonly [string, string]> => {
  const [app] = world.credentials.apps
  if (app === undefined) return []
  const token = world.credentials
    .tokens()
    .find(({ app: name, oauth1 }) => name === app.name && oauth1 !== undefined)
  return [
    ["consumer key", app.consumerKey],
    ["consumer secret", app.consumerSecret],
    ...(token?.oauth1 === undefined
      ? []
      : ([
          [`access token of ${token.user}`, token.oauth1.token],
          ["access token secret", token.oauth1.secret],
        ] as const)),
    ["app-only bearer token", app.bearerToken],
    ["client id", app.clientId],
    ...(app.clientSecret === undefined ? [] : ([["client secret", app.clientSecret]] as const)),
  ]
}
