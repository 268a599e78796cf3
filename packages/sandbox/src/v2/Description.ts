/**
 * What the generated document of the API lacks: of v2, what an operation is for, who may call it with
 * which scopes, and that lists are sent as one comma-separated value; of all operations, names that
 * URLs and the ids of a page can hold.
 *
 * @since 0.1.0
 */
import type * as OpenApi from "effect/http-api/OpenApi"
import * as Declarations from "./Declarations.ts"
import type { Access } from "./Operation.ts"

/**
 * What v2 and v1.1 accept as credentials, under X's names for v2.
 *
 * @category constructors
 * @since 0.1.0
 */
export const securitySchemes: Readonly<Record<string, OpenApi.OpenAPISecurityScheme>> = {
  BearerToken: { type: "http", scheme: "bearer", description: "App-only: the app on its own." },
  OAuth2UserToken: {
    type: "http",
    scheme: "bearer",
    description: "OAuth 2.0 user context: authorization code with PKCE.",
  },
  UserToken: { type: "http", scheme: "OAuth", description: "OAuth 1.0a user context." },
}

const lists = new Set([
  "user.fields",
  "post.fields",
  "tweet.fields",
  "expansions",
  "ids",
  "usernames",
])

const parameter = (declared: OpenApi.OpenAPISpecParameter): OpenApi.OpenAPISpecParameter => {
  if (lists.has(declared.name)) {
    return {
      ...declared,
      schema: { type: "string", description: "A comma-separated list without repetitions." },
    }
  }
  return declared.name === "max_results"
    ? { ...declared, schema: { type: "integer", minimum: 1, maximum: 1000, default: 100 } }
    : declared
}

const security = (access: Access): Array<OpenApi.OpenAPISecurityRequirement> => [
  ...(access.appOnly ? [{ BearerToken: [] }] : []),
  { OAuth2UserToken: [...access.scopes] },
  { UserToken: [] },
]

const summaries: Readonly<Record<string, string>> = {
  followUser: "Follow a user, or ask a protected one",
  unfollowUser: "Unfollow a user, or withdraw the request",
  getUsersFollowers: "Who follows a user, newest first",
  getUsersFollowing: "Whom a user follows, newest first",
  getUsersMe: "The caller",
  getUsersById: "A user by id",
  getUsersByUsername: "A user by username",
  getUsersByIds: "Up to 100 users by id",
  getUsersByUsernames: "Up to 100 users by username",
  getUsersMuting: "Whom the caller mutes, newest first",
  getUsersBlocking: "Whom the caller blocks, newest first",
  muteUser: "Mute a user",
  unmuteUser: "Unmute a user",
  blockUsersDms: "Block a user, which severs follows and requests in both directions",
  unblockUsersDms: "Unblock a user",
}

const accesses: ReadonlyMap<string, Access> = new Map(
  Declarations.all.map(({ access, endpoint }) => [endpoint.identifier, access]),
)

const operation = (declared: OpenApi.OpenAPISpecOperation): OpenApi.OpenAPISpecOperation => {
  const access = accesses.get(declared.operationId)
  const summary = summaries[declared.operationId]
  return access === undefined || summary === undefined
    ? { ...declared, operationId: declared.operationId.replaceAll(/[^\w.-]+/g, "-") }
    : {
        ...declared,
        summary,
        parameters: declared.parameters.map(parameter),
        security: security(access),
      }
}

const methods = ["get", "post", "put", "patch", "delete"] as const

const pathItem = (item: OpenApi.OpenAPISpecPathItem): OpenApi.OpenAPISpecPathItem => {
  const completed = { ...item }
  for (const method of methods) {
    const declared = item[method]
    if (declared !== undefined) completed[method] = operation(declared)
  }
  return completed
}

/**
 * The document with what it lacks.
 *
 * @category operations
 * @since 0.1.0
 */
export const complete = (spec: OpenApi.OpenAPISpec): OpenApi.OpenAPISpec => ({
  ...spec,
  components: {
    ...spec.components,
    securitySchemes: { ...spec.components.securitySchemes, ...securitySchemes },
  },
  paths: Object.fromEntries(
    Object.entries(spec.paths).map(([path, item]) => [path, pathItem(item)]),
  ),
})
