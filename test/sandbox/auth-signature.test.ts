/** OAuth 1.0a's signature: X's published vectors, and an independent signer. */
import { describe, expect, it } from "@effect/vitest"
import fc from "fast-check"
import { createHmac } from "node:crypto"
import { hmacSha1 } from "../../packages/sandbox/src/auth/HmacSha1.ts"
import * as Signature from "../../packages/sandbox/src/auth/Signature.ts"
import * as SignedRequest from "../../packages/sandbox/src/auth/SignedRequest.ts"
import * as UsualHeader from "../../packages/sandbox/src/auth/UsualHeader.ts"
import { app, camperToken, percent, sign, start } from "../support/oauth.ts"

const nonce = "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg"

const protocol = (token: boolean, extra: Readonly<Record<string, string>> = {}) => ({
  oauth_consumer_key: app.consumerKey,
  oauth_nonce: nonce,
  oauth_signature_method: "HMAC-SHA1",
  oauth_timestamp: String(start),
  ...(token ? { oauth_token: camperToken.key } : {}),
  oauth_version: "1.0",
  ...extra,
})

const base = (method: string, url: string, parameters: Readonly<Record<string, string>>): string =>
  Signature.baseString(method, url, Signature.parameterString(Object.entries(parameters)))

const key = Signature.key(app.consumerSecret, camperToken.secret)

describe("percent-encoding", () => {
  it.each([
    ["Ladies + Gentlemen", "Ladies%20%2B%20Gentlemen"],
    ["An encoded string!", "An%20encoded%20string%21"],
    ["Dogs, Cats & Mice", "Dogs%2C%20Cats%20%26%20Mice"],
    ["☃", "%E2%98%83"],
    ["-._~", "-._~"],
    ["!'()*", "%21%27%28%29%2A"],
    ["", ""],
    ["\uD800", "%EF%BF%BD"],
  ])("writes %j as %s", (text, encoded) => {
    expect(Signature.encode(text)).toBe(encoded)
  })
})

describe("the signature", () => {
  const status = {
    include_entities: "true",
    status: "Hello Ladies + Gentlemen, a signed OAuth request!",
  }
  const create = { user_id: "1401881", follow: "true" }

  it("is made over X's published base string", () => {
    expect(
      base("post", "https://api.x.com/1.1/statuses/update.json", { ...protocol(true), ...status }),
    ).toBe(
      "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Fstatuses%2Fupdate.json&include_entities%3Dtrue%26oauth_consumer_key%3Dxvz1evFS4wEEPTGEFPHBog%26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1318622958%26oauth_token%3D370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb%26oauth_version%3D1.0%26status%3DHello%2520Ladies%2520%252B%2520Gentlemen%252C%2520a%2520signed%2520OAuth%2520request%2521",
    )
    expect(
      base("POST", "https://api.x.com/1.1/friendships/create.json", {
        ...protocol(true),
        ...create,
      }),
    ).toBe(
      "POST&https%3A%2F%2Fapi.x.com%2F1.1%2Ffriendships%2Fcreate.json&follow%3Dtrue%26oauth_consumer_key%3Dxvz1evFS4wEEPTGEFPHBog%26oauth_nonce%3DkYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D1318622958%26oauth_token%3D370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb%26oauth_version%3D1.0%26user_id%3D1401881",
    )
  })

  it.each([
    ["POST", "https://api.x.com/1.1/statuses/update.json", status, "Ls93hJiZbQ3akF3HF3x1Bz8/zU4="],
    [
      "POST",
      "https://api.twitter.com/1.1/statuses/update.json",
      status,
      "hCtSmYh+iHYCEqBWrE7C7hYmtUk=",
    ],
    [
      "POST",
      "https://api.twitter.com/1/statuses/update.json",
      status,
      "tnnArxj06cWHq44gCs1OSKk/jLY=",
    ],
    [
      "POST",
      "https://api.x.com/1.1/friendships/create.json",
      create,
      "K3SyIs29Ck4phwmqApC5FuGjbn4=",
    ],
    [
      "POST",
      "https://api.twitter.com/1.1/friendships/create.json",
      create,
      "u7zzyduCnbz2yr5ow3bU6sZQ04Y=",
    ],
    [
      "POST",
      "http://127.0.0.1:8080/1.1/friendships/create.json",
      create,
      "7WWhH4mVTpljGtZy0oFgAWzFfDY=",
    ],
    ["POST", "https://api.x.com/2/users/370773112/following", {}, "BovQWZoUxWUtLjZQuxShgaY+qzI="],
    [
      "DELETE",
      "https://api.x.com/2/users/370773112/following/1401881",
      {},
      "CZtJZDeuceW7EZslmyy+BKtKPdo=",
    ],
    [
      "GET",
      "https://api.x.com/2/users/370773112/following",
      { max_results: "1000", "user.fields": "connection_status,protected" },
      "Poqt7NfLPBTm9oILqyRfqCnKodo=",
    ],
    [
      "GET",
      "https://api.x.com/1.1/friendships/lookup.json",
      { screen_name: "twitterapi,twitter" },
      "DbqHQ6iqXKB/KC9OTqMDkU/Lx7o=",
    ],
  ])("of %s %s with %j is %s", (method, url, parameters, signature) => {
    const text = base(method, url, { ...protocol(true), ...parameters })
    expect(Signature.sign(text, key)).toBe(signature)
  })

  it("has no token secret in its key before there is a token", () => {
    const text = base(
      "POST",
      "https://api.x.com/oauth/request_token",
      protocol(false, { oauth_callback: "http://127.0.0.1:8080/cb" }),
    )
    expect(Signature.sign(text, Signature.key(app.consumerSecret))).toBe(
      "xol0RhR0w1UoWs6X6xVjMF/O4sg=",
    )
  })

  it("sorts by name before value, also where names begin alike", () => {
    const text = Signature.parameterString([
      ["a-b", "1"],
      ["a", "2"],
      ["a", "10"],
      ["a1", "0"],
      ["é", "x"],
      ["z", ""],
    ])
    expect(text).toBe(encodeURIComponent("%C3%A9=x&a=10&a=2&a-b=1&a1=0&z="))
  })

  it("is the one that an independent signer makes, whatever is signed", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 12 }),
      fc.stringMatching(/^[ +,%&=!'()*~a-]{0,8}$/),
    )
    const name = text.filter((it) => it !== "__proto__" && !it.startsWith("oauth_"))
    fc.assert(
      fc.property(
        fc.dictionary(name, text, { maxKeys: 6, noNullPrototype: true }),
        fc.constantFrom("GET", "POST", "DELETE"),
        text,
        (parameters, method, tokenSecret) => {
          const url = "http://127.0.0.1:4280/1.1/friendships/create.json"
          const { oauth_signature: expected, ...oauth } = sign(method, url, {
            token: { key: camperToken.key, secret: tokenSecret },
            parameters,
          })
          const made = Signature.sign(
            base(method, url, { ...parameters, ...oauth }),
            Signature.key(app.consumerSecret, tokenSecret),
          )
          expect(made).toBe(expected)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe("HMAC-SHA1", () => {
  const hex = (code: string) => Buffer.from(code, "base64").toString("hex")

  it.each([
    ["\u000b".repeat(20), "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"],
    ["Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"],
  ])("makes the codes of RFC 2202 (key %j)", (key, text, code) => {
    expect(hex(hmacSha1(key, text))).toBe(code)
  })

  it("makes what Node makes, for keys and texts of any length", () => {
    const ascii = (maxLength: number) => fc.string({ unit: "binary-ascii", maxLength })
    fc.assert(
      fc.property(
        fc.oneof(ascii(70), fc.string({ unit: "binary", maxLength: 40 })),
        fc.oneof(
          ascii(200),
          fc.nat(30_000).map((length) => "x".repeat(length)),
        ),
        (key, text) => {
          expect(hmacSha1(key, text)).toBe(createHmac("sha1", key).update(text).digest("base64"))
        },
      ),
    )
  })
})

describe("comparing secrets", () => {
  it("tells texts apart by content and by length", () => {
    expect(Signature.equal("abc", "abc")).toBe(true)
    expect(Signature.equal("abc", "abd")).toBe(false)
    expect(Signature.equal("abc", "abcd")).toBe(false)
    expect(Signature.equal("é", "e")).toBe(false)
  })
})

describe("the Authorization header", () => {
  const expected = [
    ["a", "1 + 2"],
    ["oauth_nonce", "x/y=="],
  ]

  it.each([
    `a="1%20%2B%202", oauth_nonce="x%2Fy%3D%3D"`,
    `a="1%20%2B%202",oauth_nonce="x%2Fy%3D%3D"`,
    `  realm="http://x.com/a,b", a = "1%20%2b%202" ,\toauth_nonce="x/y=="`,
    `a="1%20%2B%202",oauth_nonce="x%2Fy%3D%3D",`,
    `Realm="",a="1%20%2B%202",oauth_nonce="x%2Fy%3D%3D"`,
  ])("is read in the spelling %s", (credentials) => {
    expect(SignedRequest.parseHeader(credentials)).toEqual(expected)
  })

  it.each([`a`, `a=1`, `a="1`, `a="1" b="2"`, `="1"`, `a="%ZZ"`, `a="%FF"`, `,a="1"`])(
    "is refused in the spelling %s",
    (credentials) => {
      expect(SignedRequest.parseHeader(credentials)).toBeUndefined()
    },
  )

  it("gives back whatever was put in", () => {
    const text = fc.string({ unit: "binary", maxLength: 10 })
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            text.filter((it) => it !== "" && it.toLowerCase() !== "realm"),
            text,
          ),
        ),
        fc.constantFrom(", ", ",", " ,  "),
        (pairs, separator) => {
          const written = pairs
            .map(([name, value]) => `${percent(name)}="${percent(value)}"`)
            .join(separator)
          expect(SignedRequest.parseHeader(written)).toEqual(pairs)
        },
      ),
    )
  })
})

describe("a header of the usual form", () => {
  const signed = Object.entries(protocol(true))
  const signature = ["oauth_signature", "a+b/c="] as const
  const write = (pairs: ReadonlyArray<readonly [string, string]>, separator: string) =>
    pairs.map(([name, value]) => `${name}="${percent(value)}"`).join(separator)
  const inOrder = signed.toSpliced(2, 0, [...signature])

  it.each([
    ["in its order", inOrder, ", "],
    ["at the end", [...signed, signature], ","],
  ] as const)("is read like any other, with the signature %s", (_, pairs, separator) => {
    const header = write(pairs, separator)
    expect(SignedRequest.parseHeader(header)).toEqual(pairs)
    expect(UsualHeader.read(header)).toEqual({
      signature: "a+b/c=",
      consumerKey: app.consumerKey,
      nonce,
      timestamp: String(start),
      token: camperToken.key,
      signed: Signature.parameterString(signed),
    })
  })

  it.each([
    ["another order", write([...signed.toReversed(), signature], ", ")],
    ["no signature", write(signed, ", ")],
    ["two signatures", write([...inOrder, signature], ", ")],
    ["a repeated parameter", write([...signed, ...signed, signature], ", ")],
    ["one parameter more", write([...signed, signature, ["oauth_verifier", "1"]], ", ")],
    ["an escaped value", write(inOrder, ", ").replace(nonce, "%41")],
    ["an escape that is none", write(inOrder, ", ").replace("%2B", "%ZZ")],
  ])("is not taken for one with %s", (_, header) => {
    expect(UsualHeader.read(header)).toBeUndefined()
  })
})
