/** The flags that name a store. */
import * as Config from "effect/Config"
import * as Flag from "effect/cli/Flag"
import { byDefault } from "./StoreUrl.ts"

/** The environment has it too, so that a password need not be on the command line. */
const named = (forms: string) =>
  Flag.String("store").pipe(
    Flag.withDescription(`${forms}; $KITH_STORE, else ${byDefault}`),
    Flag.withMetavar("store"),
    Flag.withFallbackConfig(Config.String("KITH_STORE")),
    Flag.withDefault(byDefault),
  )

export const store = named("sqlite:FILE or postgres://…")

export const storeOrMemory = named("sqlite:FILE, postgres://… or memory")
