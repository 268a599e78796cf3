/**
 * Events on the control API: in their stored form, so that an exported log is one that durable stores
 * and later versions can read.
 *
 * @since 0.1.0
 */
import { EventCodec } from "@kith/core"
import * as Result from "effect/Result"

/** The codec of this version; a set of steps that does not fit together would be a defect. */
const codec = Result.getOrThrow(EventCodec.make(EventCodec.currentVersions, EventCodec.steps))

/** @category operations @since 0.1.0 */
export const encode = codec.encode
