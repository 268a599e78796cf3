/**
 * The first page: what is here, how to begin, who is in the world.
 *
 * @since 0.1.0
 */
import type { RelationshipStore, StoreError } from "@kith/core"
import * as Effect from "effect/Effect"
import type { LiveWorld } from "../LiveWorld.ts"
import type { User } from "../world/World.ts"
import { credentials, examples } from "./Examples.ts"
import { html, type Html } from "./Html.ts"

/**
 * - `url`: where the reader reaches the sandbox, without a slash at the end.
 * - `trusted`: whether the reader may use the control API; whoever may not sees no credentials and
 *   no users.
 * - `faults`: how many fault rules are left.
 *
 * @category models
 * @since 0.1.0
 */
export interface View {
  readonly url: string
  readonly trusted: boolean
  readonly faults: number
}

/** Users that are shown; the export has all of them. */
const shown = 50

const badge = (user: User): Html =>
  user.suspended === true
    ? html`<span class="warn">suspended</span>`
    : user.protected === true
      ? html`<span class="warn">protected</span>`
      : html`<span class="good">public</span>`

interface Row {
  readonly user: User
  readonly counts: RelationshipStore.Counts
}

const userTable = (rows: ReadonlyArray<Row>, total: number): Html =>
  html`<div class="wide">
      <table>
        <thead>
          <tr>
            <th scope="col">Username</th>
            <th scope="col">Id</th>
            <th scope="col">Account</th>
            <th scope="col">Following</th>
            <th scope="col">Followers</th>
            <th scope="col">Asked</th>
            <th scope="col">Asked by</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ user, counts }) =>
              html`<tr>
                <th scope="row">${user.username}</th>
                <td><code>${user.id}</code></td>
                <td>${badge(user)}</td>
                <td>${counts.following}</td>
                <td>${counts.followers}</td>
                <td>${counts.requestsSent}</td>
                <td>${counts.requestsReceived}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${total > rows.length && html`<p>… and ${total - rows.length} more, see <a href="/sandbox/world">the world</a>.</p>`}`

const begin = (world: LiveWorld, url: string): Html =>
  html`<section aria-labelledby="begin">
      <h2 id="begin">Begin</h2>
      <p>
        These commands work as they are: the credentials are those of the world that is running.
      </p>
      ${examples(world, url).map(
        ({ title, command }) =>
          html`<h3>${title}</h3>
            <pre tabindex="0" aria-label="${title}">${command}</pre>`,
      )}
    </section>
    <section aria-labelledby="clients">
      <h2 id="clients">Client libraries</h2>
      <p>
        Point the library at <code>${url}</code> in the place of <code>https://api.x.com</code>, and
        give it these. Signatures for <code>https://api.x.com</code> and
        <code>https://api.twitter.com</code> are good here, too.
      </p>
      <dl>
        ${credentials(world).map(
          ([name, value]) =>
            html`<dt>${name}</dt>
              <dd><code>${value}</code></dd>`,
        )}
      </dl>
    </section>`

const standing = (world: LiveWorld, { faults }: View): Html => {
  const aheadSeconds = Math.round((world.clock.now() - world.clock.realNow()) / 1000)
  const lag = world.lagSeconds()
  return html`<dl>
    <dt>Clock</dt>
    <dd>
      ${new Date(world.clock.now()).toISOString()}${aheadSeconds > 0 && html`, ${aheadSeconds} seconds ahead of this machine`}
    </dd>
    <dt>Reads</dt>
    <dd>${lag === 0 ? "up to date" : `${lag} seconds behind`}</dd>
    <dt>Faults</dt>
    <dd>${faults === 0 ? "none" : html`<a href="/sandbox/faults">${faults}</a>`}</dd>
  </dl>`
}

const untrusted = html`<p class="warn">
  Credentials and users are shown on the machine that the sandbox runs on, at
  <code>http://127.0.0.1</code> or <code>http://localhost</code>.
</p>`

/** @category constructors @since 0.1.0 */
export const home = (
  world: LiveWorld,
  view: View,
): Effect.Effect<{ readonly title: string; readonly body: Html }, StoreError.StoreError> =>
  Effect.gen(function* () {
    const users = view.trusted ? [...world.users.all()].slice(0, shown) : []
    const rows = yield* Effect.forEach(users, (user) =>
      Effect.map(world.relationships.counts(user.id), (counts) => ({ user, counts })),
    )
    return {
      title: "Kith sandbox",
      body: html`<header>
          <h1>Kith sandbox</h1>
          <p>
            A local X. Point an unmodified X client at it: API v2, v1.1 and OAuth answer as X does,
            on relationships that live on this machine alone.
          </p>
          <nav aria-label="Pages">
            <ul>
              <li><a href="/sandbox/docs">Every endpoint</a></li>
              <li><a href="/sandbox/openapi.json">OpenAPI document</a></li>
              <li><a href="/sandbox/world">The world, as a file</a></li>
              <li><a href="/sandbox/events">What happened so far</a></li>
            </ul>
          </nav>
        </header>
        <main>
          ${
            view.trusted
              ? html`${begin(world, view.url)}
                  <section aria-labelledby="users">
                    <h2 id="users">Users</h2>
                    ${userTable(rows, world.users.size())}
                  </section>
                  <section aria-labelledby="now">
                    <h2 id="now">Now</h2>
                    ${standing(world, view)}
                  </section>`
              : untrusted
          }
        </main>`,
    }
  })
