/**
 * The pages on which a user lets an app act, or refuses.
 *
 * There are no passwords here: whoever sits in front of the page says which account is theirs. The
 * pages work without script, and everything that they echo is escaped.
 *
 * @since 0.1.0
 */
import type { Reply } from "../http/Message.ts"
import type { Users } from "../world/Users.ts"
import type { User } from "../world/World.ts"
import { type Html, html, reply } from "./Html.ts"

/**
 * - `action`: the path that the answer is posted to.
 * - `asks`: what the app wants to do, in words.
 * - `users`: who may answer; `undefined` when there are too many to list.
 * - `problem`: what was wrong with the answer before.
 *
 * @category models
 * @since 0.1.0
 */
export interface Consent {
  readonly action: string
  readonly ticket: string
  readonly appName: string
  readonly asks: ReadonlyArray<string>
  readonly users: ReadonlyArray<User> | undefined
  readonly selected?: string | undefined
  readonly problem?: string | undefined
}

const listedUsers = 50

/**
 * Who may answer. A long list is no help: then the username is typed.
 *
 * @category getters
 * @since 0.1.0
 */
export const choices = (users: Users): ReadonlyArray<User> | undefined =>
  users.size() <= listedUsers ? [...users.all()] : undefined

const isSelected = (user: User, selected: string | undefined): boolean =>
  user.username.toLowerCase() === selected?.toLowerCase()

const option = (user: User, selected: string | undefined): Html => {
  const label = `@${user.username} – ${user.name}${user.suspended === true ? " (suspended)" : ""}`
  return isSelected(user, selected)
    ? html`<option value="${user.username}" selected>${label}</option>`
    : html`<option value="${user.username}">${label}</option>`
}

const account = ({ users, selected, problem }: Consent): Html =>
  html`<p>
    <label for="user">Your account</label>
    ${
      users !== undefined
        ? html`<select id="user" name="user" required>
            ${users.map((user) => option(user, selected))}
          </select>`
        : html`<input
            id="user"
            name="user"
            type="text"
            value="${selected ?? ""}"
            required
            maxlength="16"
            autocomplete="username"
            autocapitalize="none"
            spellcheck="false"
            placeholder="username"
          />`
    }
    ${problem !== undefined && html`<strong class="warn" role="alert">${problem}</strong>`}
  </p>`

/**
 * Asks the user. A page with a problem is an answer to a bad request.
 *
 * @category constructors
 * @since 0.1.0
 */
export const ask = (consent: Consent): Reply =>
  reply(consent.problem === undefined ? 200 : 400, {
    title: `Authorize ${consent.appName}`,
    body: html`<main>
      <h1>Let <q>${consent.appName}</q> use your account?</h1>
      <p>It will be able to:</p>
      <ul>
        ${consent.asks.map((it) => html`<li>${it}</li>`)}
      </ul>
      <form method="post" action="${consent.action}">
        <input type="hidden" name="ticket" value="${consent.ticket}" />
        ${account(consent)}
        <p>
          <button type="submit" name="decision" value="allow" class="primary">Allow</button>
          <button type="submit" name="decision" value="deny" formnovalidate>Deny</button>
        </p>
      </form>
      <p class="soft">This is a local sandbox. Nothing here reaches a real account.</p>
    </main>`,
  })

/**
 * Shows the PIN that the user types into the app. There is no other number on the page.
 *
 * @category constructors
 * @since 0.1.0
 */
export const pin = (digits: string): Reply =>
  reply(200, {
    title: "Your PIN",
    body: html`<main>
      <h1>Almost there</h1>
      <p id="hint">Go back to the app and enter this PIN to finish:</p>
      <pre tabindex="0" aria-describedby="hint"><code>${digits}</code></pre>
      <p class="soft">It is good once, and for a few minutes.</p>
    </main>`,
  })

/** The user refused, and there is nowhere to go back to. @category constructors @since 0.1.0 */
export const denied = reply(200, {
  title: "Access denied",
  body: html`<main>
    <h1>Access denied</h1>
    <p>The app got no access to your account. You can close this page.</p>
  </main>`,
})

/**
 * Says why there is nothing to consent to. Nobody is sent anywhere from here.
 *
 * @category constructors
 * @since 0.1.0
 */
export const problem = (status: number, explanation: string): Reply =>
  reply(status, {
    title: "Something went wrong",
    body: html`<main>
      <h1>Something went wrong</h1>
      <p>You were not able to give access to the app. ${explanation}</p>
    </main>`,
  })
