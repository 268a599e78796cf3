/** Whatever is done to a world on storage, a restart changes nothing, and a crash takes back nothing. */
import { Sandbox } from "@kith/sandbox"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { accessOf, idOf, insides, names, send, world } from "./persistence-support.ts"
import { copyOf, type Toys, toys } from "./persistence-toys.ts"

const name = fc.constantFrom(...names)
const pair = fc.uniqueArray(name, { minLength: 2, maxLength: 2 })
const index = fc.nat({ max: 30 })

/** What somebody does to a world. Tokens are chosen among those that were ever given out. */
const action = fc.oneof(
  fc.record({
    do: fc.constantFrom("Follow", "Unfollow", "ApproveRequest", "DenyRequest"),
    pair,
  }),
  fc.record({ do: fc.constantFrom("block", "unblock", "mute", "unmute"), pair }),
  fc.record({
    do: fc.constant("patch"),
    id: fc.integer({ min: 1, max: 12 }),
    patch: fc.oneof(
      fc.record({ username: fc.constantFrom(...names, "fay", "gus") }),
      fc.record({ protected: fc.boolean() }),
      fc.record({ name: fc.string({ unit: "grapheme" }) }),
    ),
  }),
  fc.record({ do: fc.constant("add"), id: fc.integer({ min: 6, max: 12 }) }),
  fc.record({ do: fc.constant("advance"), seconds: fc.constantFrom(0, 1, 899, 7_000) }),
  fc.record({ do: fc.constantFrom("mint1", "mint2"), name, refreshable: fc.boolean() }),
  fc.record({ do: fc.constant("refresh"), index }),
  fc.record({ do: fc.constantFrom("revoke1", "revoke2"), index }),
  fc.record({ do: fc.constantFrom("renew", "restart", "crash") }),
)

type Action = typeof action extends fc.Arbitrary<infer A> ? A : never

const playOn = async (actions: ReadonlyArray<Action>) => {
  let held: Toys = toys()
  let sandbox = await Sandbox.start({ storage: held.storage, world })
  const ever = {
    user: world.tokens.map(({ oauth1 }) => oauth1?.token ?? ""),
    access: names.map(accessOf),
    refresh: names.map((it) => `${it}Refresh`),
  }

  /** What everybody would see, and what each token ever given out is good for. */
  const view = async () => {
    const { credentials } = sandbox.control.world()
    const { grants } = credentials
    return {
      ...(await insides(sandbox)),
      user: ever.user.map((token) => credentials.signer(token)?.user.id),
      access: ever.access.map((token) => [grants.find(token)?.userId, grants.appOf(token)]),
      refresh: ever.refresh.map((token) => grants.appOf(token)),
    }
  }

  const again = async (how: "restart" | "crash") => {
    const before = await view()
    const left = copyOf(held)
    await sandbox.close()
    if (how === "crash") held = left
    sandbox = await Sandbox.start({ storage: held.storage })
    const after = await view()
    // What was counted in the last second may be lost in a crash.
    if (how === "crash") expect({ ...after, counted: 0 }).toEqual({ ...before, counted: 0 })
    else expect(after).toEqual(before)
  }

  const mint = (user: string, refreshable: boolean) => {
    const { grants } = sandbox.control.world().credentials
    const code = grants.issueCode({
      app: "an app",
      userId: idOf(user),
      scopes: new Set(refreshable ? ["users.read", "offline.access"] : ["users.read"]),
      redirectUri: "",
      challenge: "",
      method: "plain",
    })
    return grants.exchange(code)
  }

  const remember = (issued: ReturnType<typeof mint>): void => {
    if (issued !== undefined) ever.access.push(issued.accessToken)
    if (issued?.refreshToken !== undefined) ever.refresh.push(issued.refreshToken)
  }

  const perform = async (it: Action): Promise<void> => {
    const { control, url } = sandbox
    const { credentials } = control.world()
    const pick = (tokens: ReadonlyArray<string>, at: number) => tokens[at % tokens.length] ?? ""
    switch (it.do) {
      case "Follow":
      case "Unfollow":
      case "ApproveRequest":
      case "DenyRequest": {
        const [source, target] = it.pair.map(idOf)
        await send(url, "POST", "/sandbox/commands", {
          body: { command: { _tag: it.do, source, target } },
        })
        return
      }
      case "block":
      case "unblock": {
        const method = it.do === "block" ? "PUT" : "DELETE"
        await send(url, method, `/sandbox/blocks/${it.pair.map(idOf).join("/")}`)
        return
      }
      case "mute":
      case "unmute": {
        const [source = "", target = ""] = it.pair
        const path = `/2/users/${idOf(source)}/muting`
        const body = { target_user_id: idOf(target) }
        const bearer = accessOf(source)
        if (it.do === "mute") await send(url, "POST", path, { bearer, body })
        else await send(url, "DELETE", `${path}/${idOf(target)}`, { bearer })
        return
      }
      case "patch":
        await send(url, "PATCH", `/sandbox/users/${it.id}`, { body: it.patch })
        return
      case "add": {
        const body = { id: String(it.id), username: `new_${it.id}`, name: "" }
        await send(url, "POST", "/sandbox/users", { body })
        return
      }
      case "advance":
        await send(url, "POST", "/sandbox/clock", { body: { advanceSeconds: it.seconds } })
        return
      case "mint1":
        ever.user.push(
          credentials.userTokens.mint({
            app: "an app",
            userId: idOf(it.name),
            readOnly: it.refreshable,
          }).token,
        )
        return
      case "mint2":
        remember(mint(it.name, it.refreshable))
        return
      case "refresh":
        remember(credentials.grants.refresh(pick(ever.refresh, it.index), "an app"))
        return
      case "revoke1":
        credentials.userTokens.revoke(pick(ever.user, it.index))
        return
      case "revoke2":
        credentials.grants.revoke(pick([...ever.access, ...ever.refresh], it.index))
        return
      case "renew":
        credentials.renewBearer("an app")
        return
      case "restart":
      case "crash":
        await again(it.do)
    }
  }

  try {
    for (const it of actions) {
      await perform(it)
      // Whoever is answered afterwards can rely on it.
      await send(sandbox.url, "GET", "/sandbox/users/1")
    }
    await again("crash")
    await again("restart")
  } finally {
    await sandbox.close()
  }
}

describe("a world on storage", () => {
  test("is the same after every restart and after every crash, whatever was done to it", async () => {
    const runs = process.env["KITH_FULL"] === "1" ? 400 : 40
    await fc.assert(fc.asyncProperty(fc.array(action, { maxLength: 40, size: "max" }), playOn), {
      numRuns: runs,
    })
  })
})
