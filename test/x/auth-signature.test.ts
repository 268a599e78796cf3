/** OAuth 1.0a's signature: X's published vectors, derived ones, and an independent signer. */
import { Percent, Signature } from "@kith/http-adapter"
import { Redacted } from "effect"
import fc from "fast-check"
import { createHmac } from "node:crypto"
import OAuth from "oauth-1.0a"
import { describe, expect, it } from "vitest"

const consumer = {
  key: "xvz1evFS4wEEPTGEFPHBog",
  secret: "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw",
}
const token = {
  key: "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
  secret: "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
}
const app: Signature.Keys = { key: consumer.key, secret: Redacted.make(consumer.secret) }
const user: Signature.Keys = {
  ...app,
  token: token.key,
  tokenSecret: Redacted.make(token.secret),
}
const moment: Signature.Moment = {
  nonce: "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
  timestampSeconds: 1_318_622_958,
}

const update: Signature.Request = {
  method: "POST",
  url: "https://api.x.com/1.1/statuses/update.json",
  query: [["include_entities", "true"]],
  form: [["status", "Hello Ladies + Gentlemen, a signed OAuth request!"]],
}
const create: Signature.Request = {
  method: "POST",
  url: "https://api.x.com/1.1/friendships/create.json",
  form: [
    ["user_id", "1401881"],
    ["follow", "true"],
  ],
}

describe("percent-encoding", () => {
  it.each([
    ["Ladies + Gentlemen", "Ladies%20%2B%20Gentlemen"],
    ["An encoded string!", "An%20encoded%20string%21"],
    ["Dogs, Cats & Mice", "Dogs%2C%20Cats%20%26%20Mice"],
    ["☃", "%E2%98%83"],
    ["-._~", "-._~"],
    ["!'()*", "%21%27%28%29%2A"],
    ["a\nb", "a%0Ab"],
    ["", ""],
    ["😀", "%F0%9F%98%80"],
    ["\uD800", "%EF%BF%BD"],
  ])("writes %j as %s", (text, encoded) => {
    expect(Percent.encode(text)).toBe(encoded)
  })

  it("is undone by decoding, and leaves unreserved characters alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const encoded = Percent.encode(text)
        expect(decodeURIComponent(encoded)).toBe(text)
        expect(encoded).toMatch(/^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*$/)
      }),
    )
  })

  it("writes pairs in their order", () => {
    expect(
      Percent.encodePairs([
        ["b", "1 2"],
        ["a", ""],
        ["b", "&"],
      ]),
    ).toBe("b=1%202&a=&b=%26")
    expect(Percent.encodePairs([])).toBe("")
  })
})

describe("the base string", () => {
  it("is the one that X publishes", () => {
    expect(Signature.baseString(user, update, moment)).toBe(
      "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Fstatuses%2Fupdate.json&include_entities%3Dtrue%26oauth_consumer_key%3Dxvz1evFS4wEEPTGEFPHBog%26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1318622958%26oauth_token%3D370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb%26oauth_version%3D1.0%26status%3DHello%2520Ladies%2520%252B%2520Gentlemen%252C%2520a%2520signed%2520OAuth%2520request%2521",
    )
  })

  it("has the parameters of a command, whether they are sent in the query or the form", () => {
    const text =
      "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Ffriendships%2Fcreate.json&follow%3Dtrue%26oauth_consumer_key%3Dxvz1evFS4wEEPTGEFPHBog%26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1318622958%26oauth_token%3D370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb%26oauth_version%3D1.0%26user_id%3D1401881"
    expect(Signature.baseString(user, create, moment)).toBe(text)
    const { form, ...rest } = create
    expect(Signature.baseString(user, { ...rest, query: form }, moment)).toBe(text)
  })

  it("sorts by name before value, also where names begin alike", () => {
    const request: Signature.Request = {
      method: "get",
      url: "https://api.x.com/x",
      query: [
        ["z", ""],
        ["a-b", "1"],
        ["a", "2"],
        ["é", "x"],
      ],
      form: [
        ["a", "10"],
        ["oauth_n", "between"],
        ["a1", "0"],
      ],
    }
    const [method, url, parameters = ""] = Signature.baseString(app, request, moment).split("&")
    expect(method).toBe("GET")
    expect(url).toBe("https%3A%2F%2Fapi.x.com%2Fx")
    expect(decodeURIComponent(parameters).split("&")).toEqual([
      "%C3%A9=x",
      "a=10",
      "a=2",
      "a-b=1",
      "a1=0",
      "oauth_consumer_key=xvz1evFS4wEEPTGEFPHBog",
      "oauth_n=between",
      "oauth_nonce=kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg",
      "oauth_signature_method=HMAC-SHA1",
      "oauth_timestamp=1318622958",
      "oauth_version=1.0",
      "z=",
    ])
  })

  it.each([
    ["HTTPS://API.X.com/1.1/A.json", "https://api.x.com/1.1/A.json"],
    ["https://api.x.com:443/a", "https://api.x.com/a"],
    ["http://api.x.com:80/a", "http://api.x.com/a"],
    ["http://api.x.com:443/a", "http://api.x.com:443/a"],
    ["http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"],
    ["http://[::1]:8080/a", "http://[::1]:8080/a"],
    ["https://api.x.com", "https://api.x.com/"],
    ["https://api.x.com/a?b=c#d", "https://api.x.com/a"],
    ["https://api.x.com/a%20b/~c", "https://api.x.com/a%20b/~c"],
  ])("names the URL %s as %s", (url, signed) => {
    const base = Signature.baseString(user, { method: "GET", url }, moment)
    expect(decodeURIComponent(base.split("&")[1] ?? "")).toBe(signed)
  })
})

describe("the signature", () => {
  const get = (url: string, query: Signature.Pairs): Signature.Request => ({
    method: "GET",
    url,
    query,
  })
  it.each<readonly [Signature.Request, string]>([
    [update, "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="],
    [
      { ...update, url: "https://api.twitter.com/1.1/statuses/update.json" },
      "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
    ],
    [
      { ...update, url: "https://api.twitter.com/1/statuses/update.json" },
      "tnnArxj06cWHq44gCs1OSKk/jLY=",
    ],
    [create, "K3SyIs29Ck4phwmqApC5FuGjbn4="],
    [
      { ...create, url: "https://api.twitter.com/1.1/friendships/create.json" },
      "u7zzyduCnbz2yr5ow3bU6sZQ04Y=",
    ],
    [
      { ...create, url: "http://127.0.0.1:8080/1.1/friendships/create.json" },
      "7WWhH4mVTpljGtZy0oFgAWzFfDY=",
    ],
    [
      { method: "POST", url: "https://api.x.com/2/users/370773112/following" },
      "BovQWZoUxWUtLjZQuxShgaY+qzI=",
    ],
    [
      { method: "DELETE", url: "https://api.x.com/2/users/370773112/following/1401881" },
      "CZtJZDeuceW7EZslmyy+BKtKPdo=",
    ],
    [
      get("https://api.x.com/2/users/370773112/following", [
        ["max_results", "1000"],
        ["user.fields", "connection_status,protected"],
      ]),
      "Poqt7NfLPBTm9oILqyRfqCnKodo=",
    ],
    [
      get("https://api.x.com/1.1/friendships/lookup.json", [["screen_name", "twitterapi,twitter"]]),
      "DbqHQ6iqXKB/KC9OTqMDkU/Lx7o=",
    ],
  ])("of %j is %s", (request, signature) => {
    expect(Signature.signature(user, request, moment)).toBe(signature)
    // What is remembered of the keys is not used up by a signature.
    expect(Signature.signature(user, request, moment)).toBe(signature)
  })

  it("has no token secret in its key before there is a token", () => {
    expect(Signature.signingKey(app)).toBe(`${consumer.secret}&`)
    expect(
      Signature.signature(
        app,
        {
          method: "POST",
          url: "https://api.x.com/oauth/request_token",
          protocol: [["oauth_callback", "http://127.0.0.1:8080/cb"]],
        },
        moment,
      ),
    ).toBe("xol0RhR0w1UoWs6X6xVjMF/O4sg=")
  })

  it("encodes secrets in its key", () => {
    const keys = { key: "k", secret: Redacted.make("a&b"), tokenSecret: Redacted.make("c%d é") }
    expect(Signature.signingKey(keys)).toBe("a%26b&c%25d%20%C3%A9")
  })

  it("is made over a text of any length", () => {
    const request = { ...create, form: [["text", "é ".repeat(40_000)] as const] }
    const base = Signature.baseString(user, request, moment)
    expect(Signature.signature(user, request, moment)).toBe(
      createHmac("sha1", Signature.signingKey(user)).update(base).digest("base64"),
    )
  })
})

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.stringMatching(/^[ +,%&=!'()*~a-]{0,8}$/),
)
// The other signer cannot tell a name that objects have from the beginning, nor its own parameters.
const name = text.filter((it) => it !== "__proto__" && !it.startsWith("oauth_"))

const request = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE"),
  url: fc
    .tuple(
      fc.constantFrom("https://api.x.com", "http://127.0.0.1:8080", "https://api.twitter.com"),
      fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 6 })),
    )
    .map(
      ([origin, segments]) =>
        `${origin}/${segments.map((it) => encodeURIComponent(`p${it}`)).join("/")}`,
    ),
  query: fc.uniqueArray(fc.tuple(name, text), { selector: ([it]) => it, maxLength: 5 }),
  form: fc.uniqueArray(fc.tuple(name, text), { selector: ([it]) => it, maxLength: 5 }),
  protocol: fc.constantFrom<Signature.Pairs>([], [["oauth_verifier", "a+b/=c"]]),
})

const secrets = fc.record({
  key: text,
  secret: text,
  token: fc.option(fc.record({ key: text, secret: text }), { nil: undefined }),
  nonce: text,
  timestampSeconds: fc.nat(4_000_000_000),
})

describe("a header", () => {
  it("is the one that an independent signer makes, whatever is signed", () => {
    fc.assert(
      fc.property(request, secrets, (asked, { key, nonce, secret, timestampSeconds, token }) => {
        const keys: Signature.Keys = {
          key,
          secret: Redacted.make(secret),
          token: token?.key,
          tokenSecret: token === undefined ? undefined : Redacted.make(token.secret),
        }
        // One name in the query and the form would be one parameter there.
        const names = new Set(asked.form.map(([it]) => it))
        const query = asked.query.filter(([it]) => !names.has(it))
        const header = Signature.authorization(
          keys,
          { ...asked, query },
          { nonce, timestampSeconds },
        )

        const theirs = new OAuth({
          consumer: { key, secret },
          signature_method: "HMAC-SHA1",
          hash_function: (base, by) => createHmac("sha1", by).update(base).digest("base64"),
        })
        const wellFormed = (pairs: Signature.Pairs): Record<string, string> =>
          Object.fromEntries(pairs.map((pair) => pair.map((it) => it.toWellFormed())))
        const data = {
          oauth_consumer_key: key.toWellFormed(),
          oauth_nonce: nonce.toWellFormed(),
          oauth_signature_method: "HMAC-SHA1",
          oauth_timestamp: timestampSeconds,
          oauth_version: "1.0",
          ...(token === undefined ? {} : { oauth_token: token.key.toWellFormed() }),
          ...Object.fromEntries(asked.protocol),
        }
        const { consumer } = theirs
        consumer.secret = secret.toWellFormed()
        const signature = theirs.getSignature(
          {
            url: asked.url,
            method: asked.method,
            data: wellFormed([...query, ...asked.form]),
          },
          token?.secret.toWellFormed(),
          { ...data },
        )
        const { Authorization: expected } = theirs.toHeader({ ...data, oauth_signature: signature })
        const members = (it: string) => it.slice("OAuth ".length).split(", ").toSorted()
        expect(header.startsWith("OAuth ")).toBe(true)
        expect(members(header)).toEqual(members(expected))
      }),
      { numRuns: 2_000 },
    )
  })

  it("is printable ASCII whatever is signed", () => {
    fc.assert(
      fc.property(request, secrets, (asked, { key, nonce, secret, timestampSeconds }) => {
        const keys = { key, secret: Redacted.make(secret) }
        const header = Signature.authorization(keys, asked, { nonce, timestampSeconds })
        expect(header).toMatch(/^[\x20-\x7e]+$/)
      }),
    )
  })
})
