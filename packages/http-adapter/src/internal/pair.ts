/** What all endpoints have in common: a success that is understood, or one reason why there is none. */
import type { RemoteError } from "@kith/core"
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import { classify } from "../classify/Classify.ts"
import { type Refusal, toError } from "../classify/Refusal.ts"
import type { ApiRequest, Endpoint, Name, Reply } from "../Endpoint.ts"
import * as Json from "./json.ts"

interface Definition<Input, Output> {
  readonly name: Name
  readonly encode: (input: Input) => ApiRequest
  /** The value that the body of a 2xx stands for; as JSON unless told. */
  readonly parse?: (body: string) => unknown
  /** What the body of a 2xx says; nothing when it is not what the endpoint answers with. */
  readonly read: (body: unknown, input: Input, reply: Reply) => Option.Option<Output>
  /** What a refusal comes to; an error unless told. */
  readonly refused?: (
    refusal: Refusal,
    input: Input,
  ) => Result.Result<Output, RemoteError.RemoteError>
}

const make = <Input, Output>(
  { encode, name, parse = Json.parse, read, refused }: Definition<Input, Output>,
  writes: boolean,
): Endpoint<Input, Output> => ({
  name,
  writes,
  encode,
  decode: (reply, input) => {
    if (reply.status >= 200 && reply.status < 300) {
      const found = read(parse(reply.body), input, reply)
      if (Option.isSome(found)) return Result.succeed(found.value)
    }
    const refusal = classify(reply, { endpoint: name, writes })
    return refused === undefined ? Result.fail(toError(refusal)) : refused(refusal, input)
  },
})

/** @internal */
export const reading = <Input, Output>(
  definition: Definition<Input, Output>,
): Endpoint<Input, Output> => make(definition, false)

/** @internal */
export const writing = <Input, Output>(
  definition: Definition<Input, Output>,
): Endpoint<Input, Output> => make(definition, true)
