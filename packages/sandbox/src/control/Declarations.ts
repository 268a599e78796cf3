/**
 * The endpoints of the control API.
 *
 * Wherever a path names a user, an id or a username will do; an id wins over a username that looks
 * like one.
 *
 * @since 0.1.0
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { User, World } from "../world/World.ts"
import * as Errors from "./Errors.ts"
import * as Schemas from "./Schemas.ts"

const refusal = (status: number) => Errors.Body.pipe(HttpApiSchema.status(status))

const bad = refusal(400)
const forbidden = refusal(403)
const missing = refusal(404)
const conflict = refusal(409)

const user = { user: Schema.String }
const edge = { source: Schema.String, target: Schema.String }

const list = <const Name extends string, const Path extends string>(
  name: Name,
  path: Path,
  summary: string,
) =>
  HttpApiEndpoint.get(name, `/sandbox/users/:user/${path}`, {
    params: user,
    query: Schemas.PageQuery.fields,
    success: Schemas.ListPage,
    error: [bad, forbidden, missing],
  }).annotate(OpenApi.Summary, summary)

/** @category schemas @since 0.1.0 */
export const endpoints = {
  health: HttpApiEndpoint.get("health", "/sandbox/health", {
    success: Schemas.Health,
    error: forbidden,
  }).annotate(OpenApi.Summary, "Says that the sandbox is there"),
  exportWorld: HttpApiEndpoint.get("exportWorld", "/sandbox/world", {
    success: World,
    error: forbidden,
  }).annotate(OpenApi.Summary, "Writes the running world down as a world file"),
  replaceWorld: HttpApiEndpoint.put("replaceWorld", "/sandbox/world", {
    payload: World,
    success: Schemas.Summary,
    error: [bad, forbidden],
  })
    .annotate(OpenApi.Summary, "Replaces the world")
    .annotate(
      OpenApi.Description,
      "Everything goes: users, relationships with their history, minted tokens, mutes and windows. A bad world is refused with the path of every mistake, and the running one stays.",
    ),
  reset: HttpApiEndpoint.post("reset", "/sandbox/reset", {
    success: Schemas.Summary,
    error: forbidden,
  })
    .annotate(OpenApi.Summary, "Goes back to the start")
    .annotate(
      OpenApi.Description,
      "The world begins again as it was given; the clock is right again, and there are no faults and no lag.",
    ),
  addUser: HttpApiEndpoint.post("addUser", "/sandbox/users", {
    payload: User,
    success: User.pipe(HttpApiSchema.status(201)),
    error: [bad, forbidden, conflict],
  }).annotate(OpenApi.Summary, "Adds a user"),
  getUser: HttpApiEndpoint.get("getUser", "/sandbox/users/:user", {
    params: user,
    success: User,
    error: [forbidden, missing],
  }).annotate(OpenApi.Summary, "Gives a user"),
  changeUser: HttpApiEndpoint.patch("changeUser", "/sandbox/users/:user", {
    params: user,
    payload: Schemas.UserPatch,
    success: User,
    error: [bad, forbidden, missing, conflict],
  }).annotate(OpenApi.Summary, "Changes a user: protects, suspends, renames"),
  following: list("following", "following", "Lists whom a user follows"),
  followers: list("followers", "followers", "Lists who follows a user"),
  requestsSent: list("requestsSent", "requests-sent", "Lists whose answer a user waits for"),
  requestsReceived: list(
    "requestsReceived",
    "requests-received",
    "Lists who waits for a user's answer",
  ),
  approve: HttpApiEndpoint.post("approve", "/sandbox/requests/:source/:target/approve", {
    params: edge,
    success: Schemas.Receipt,
    error: [bad, forbidden, missing, conflict],
  }).annotate(OpenApi.Summary, "Approves a request, as the target"),
  deny: HttpApiEndpoint.post("deny", "/sandbox/requests/:source/:target/deny", {
    params: edge,
    success: Schemas.Receipt,
    error: [bad, forbidden, missing, conflict],
  }).annotate(OpenApi.Summary, "Denies a request, as the target"),
  block: HttpApiEndpoint.put("block", "/sandbox/blocks/:source/:target", {
    params: edge,
    success: Schemas.Blocking,
    error: [bad, forbidden, missing],
  })
    .annotate(OpenApi.Summary, "Makes the source block the target")
    .annotate(OpenApi.Description, "Follows and requests between the two end, in both directions."),
  unblock: HttpApiEndpoint.delete("unblock", "/sandbox/blocks/:source/:target", {
    params: edge,
    success: Schemas.Blocking,
    error: [bad, forbidden, missing],
  }).annotate(OpenApi.Summary, "Ends a block"),
  relationship: HttpApiEndpoint.get("relationship", "/sandbox/relationships/:source/:target", {
    params: edge,
    success: Schemas.RelationshipState,
    error: [bad, forbidden, missing],
  }).annotate(OpenApi.Summary, "Gives a relationship and all that led to it"),
  execute: HttpApiEndpoint.post("execute", "/sandbox/commands", {
    payload: Schemas.CommandRequest,
    success: Schemas.Receipt,
    error: [bad, forbidden, missing, conflict],
  })
    .annotate(OpenApi.Summary, "Carries a command out")
    .annotate(
      OpenApi.Description,
      "For anybody, without credentials and without counting against limits. The same `commandId` again gives the same receipt and has no second effect.",
    ),
  events: HttpApiEndpoint.get("events", "/sandbox/events", {
    query: Schemas.EventsQuery.fields,
    headers: { "last-event-id": Schema.optionalKey(Schema.String) },
    // An endpoint is declared with one stream; the description tells of the other.
    success: HttpApiSchema.StreamNdjson({ schema: Schemas.Event }),
    error: [bad, forbidden],
  })
    .annotate(OpenApi.Summary, "Gives the log behind a position")
    .annotate(
      OpenApi.Description,
      "As lines of JSON, up to the end of the log. With `Accept: text/event-stream` as server-sent events that go on; each has its position as its id, so that `Last-Event-ID` resumes behind it. The stream ends with an event named `replaced` when the world is replaced.",
    ),
  advanceClock: HttpApiEndpoint.post("advanceClock", "/sandbox/clock", {
    payload: Schemas.ClockAdvance,
    success: Schemas.ClockTime,
    error: [bad, forbidden],
  })
    .annotate(OpenApi.Summary, "Moves the clock on")
    .annotate(OpenApi.Description, "Windows, tokens and timestamps go by this clock."),
  setConsistency: HttpApiEndpoint.post("setConsistency", "/sandbox/consistency", {
    payload: Schemas.Consistency,
    success: Schemas.Consistency,
    error: [bad, forbidden],
  }).annotate(OpenApi.Summary, "Makes X's reads answer as of some seconds ago"),
  getFaults: HttpApiEndpoint.get("getFaults", "/sandbox/faults", {
    success: Schemas.FaultRules,
    error: forbidden,
  }).annotate(OpenApi.Summary, "Lists the faults that are left"),
  addFaults: HttpApiEndpoint.post("addFaults", "/sandbox/faults", {
    payload: Schemas.NewFaults,
    success: Schemas.FaultRules.pipe(HttpApiSchema.status(201)),
    error: [bad, forbidden],
  })
    .annotate(OpenApi.Summary, "Adds one fault or several")
    .annotate(
      OpenApi.Description,
      'The first rule that is for a request befalls it. `drop: "after"` carries the request out and then cuts the connection. The control API itself has no faults.',
    ),
  clearFaults: HttpApiEndpoint.delete("clearFaults", "/sandbox/faults", {
    success: Schemas.FaultRules,
    error: forbidden,
  }).annotate(OpenApi.Summary, "Removes all faults"),
}

/** @category schemas @since 0.1.0 */
export const group = HttpApiGroup.make("sandbox")
  .add(
    endpoints.health,
    endpoints.exportWorld,
    endpoints.replaceWorld,
    endpoints.reset,
    endpoints.addUser,
    endpoints.getUser,
    endpoints.changeUser,
    endpoints.following,
    endpoints.followers,
    endpoints.requestsSent,
    endpoints.requestsReceived,
    endpoints.approve,
    endpoints.deny,
    endpoints.block,
    endpoints.unblock,
    endpoints.relationship,
    endpoints.execute,
    endpoints.events,
    endpoints.advanceClock,
    endpoints.setConsistency,
    endpoints.getFaults,
    endpoints.addFaults,
    endpoints.clearFaults,
  )
  .annotate(OpenApi.Title, "Sandbox control")
  .annotate(
    OpenApi.Description,
    "Not part of X: sets the stage, acts for the other side, tells what happened. It has no password, and serves this machine only unless asked otherwise.",
  )
