/** A certificate for `localhost` that signed itself, made anew each time, with its key. */
import { generate } from "selfsigned"

export const selfSigned = (): Promise<{ readonly cert: string; readonly private: string }> =>
  generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "subjectAltName", altNames: [{ type: 2, value: "localhost" }] },
    ],
  })
