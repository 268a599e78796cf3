/** Sends what an endpoint encodes over a socket, and has it decode the answer. */
import type { Endpoint } from "@kith/http-adapter"
import { authorization, encodePairs, type Keys, sign } from "../../support/signing.ts"

/** An `Authorization` header as it is, or what to sign with. */
export type Credentials = string | Keys

const headerOf = (credentials: Credentials, url: string, request: Endpoint.ApiRequest): string =>
  typeof credentials === "string"
    ? credentials
    : authorization(
        sign({
          method: request.method,
          url,
          parameters: [...(request.query ?? []), ...(request.form ?? [])],
          keys: credentials,
        }),
      )

export const send = async <Input, Output>(
  origin: string,
  credentials: Credentials,
  endpoint: Endpoint.Endpoint<Input, Output>,
  input: Input,
) => {
  const request = endpoint.encode(input)
  const url = `${origin}${request.path}`
  const { form, json, method, query } = request
  const body =
    form === undefined ? (json === undefined ? null : JSON.stringify(json)) : encodePairs(form)
  const response = await fetch(query === undefined ? url : `${url}?${encodePairs(query)}`, {
    method,
    redirect: "manual",
    headers: {
      authorization: headerOf(credentials, url, request),
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...(form === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" }),
    },
    body,
  })
  return endpoint.decode(
    {
      status: response.status,
      body: await response.text(),
      header: (name) => response.headers.get(name) ?? undefined,
      at: Date.now(),
    },
    input,
  )
}
