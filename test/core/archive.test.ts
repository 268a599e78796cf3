/** Archives: what is carried from one store to another, and what is refused. */
import { Archive, EventCodec } from "@kith/core"
import { Fixtures } from "@kith/core/testing"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, Result, Stream } from "effect"
import * as fc from "fast-check"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import * as ToyStore from "../stores/toy-store.ts"
import {
  carries,
  exported,
  filled,
  followed,
  history,
  imported,
  onStore,
  refusal,
  resumption,
  run,
  seen,
  type Store,
  storeOf,
  wholeLog,
} from "./archive-support.ts"

const codec = Result.getOrThrow(EventCodec.make(EventCodec.currentVersions, EventCodec.steps))

const newStores: ReadonlyArray<readonly [string, Effect.Effect<Store>]> = [
  ["the store in memory", MemoryStore.make()],
  ["a toy", Effect.sync(() => ToyStore.make(ToyStore.empty()))],
]

describe("an archive", () => {
  for (const [name, make] of newStores) {
    test(`carries any history into ${name}`, async () => {
      await fc.assert(carries(make), { numRuns: 60 })
    })
  }

  test("is imported again after an interruption at any line, and skips what is there", async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), ({ batches, erasures }, place) =>
        run(
          Effect.gen(function* () {
            const source = yield* storeOf(batches, erasures)
            const target = yield* MemoryStore.make()
            const lines = yield* exported(source)
            const log = yield* wholeLog(source)
            // What an import that was killed left behind: the beginning of the log.
            const part = log.slice(0, place % (log.length + 1))
            const plain = yield* MemoryStore.make()
            yield* imported(plain, yield* exported(source))
            for (const event of part) {
              const edge = { source: event.source, target: event.target }
              const [now = Fixtures.untouched] = yield* target.load([
                { edge, commandId: undefined },
              ])
              const change = yield* Fixtures.change(edge, now, [event.event], {
                events: [{ id: event.id, event: event.event }],
                time: event.time,
                commandId: event.commandId,
                correlationId: event.correlationId,
                causationId: event.causationId,
                actor: event.actor,
                provenance: event.provenance,
                fingerprint: undefined,
              })
              yield* target.commit([change])
            }
            const progress = yield* imported(target, lines)
            expect(progress.at(-1)).toEqual({ done: log.length, present: part.length })
            expect(yield* seen(target)).toEqual(yield* seen(plain))
            yield* imported(target, lines)
            expect(yield* seen(target)).toEqual(yield* seen(plain))
          }),
        ),
      ),
      { numRuns: 60 },
    )
  })

  test("is refused with any byte of it flipped, and nothing of it is imported", async () => {
    const source = await run(filled(12))
    const text = (await run(exported(source))).join("\n")
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length - 1), fc.integer({ min: 1, max: 255 }), (place, bits) =>
        run(
          Effect.gen(function* () {
            const flipped = String.fromCharCode(text.charCodeAt(place) ^ bits)
            const lines = `${text.slice(0, place)}${flipped}${text.slice(place + 1)}`.split("\n")
            const target = yield* MemoryStore.make()
            const [reason, message] = yield* refusal(target, lines)
            expect(["NotAnArchive", "NewerFormat", "Damaged", "Truncated"]).toContain(reason)
            expect(message).toMatch(/^line \d+: [^\n]+$/)
            // The last line is behind all events: those before it are what was written.
            const isBehind = place > text.lastIndexOf("\n") - 1
            expect((yield* wholeLog(target)).length).toBe(isBehind ? 12 : 0)
          }),
        ),
      ),
      { numRuns: 400 },
    )
  })

  test("is written on from its last checkpoint after an interruption at any character", async () => {
    const source = await run(filled(2500))
    const lines = await run(exported(source))
    const text = `${lines.join("\n")}\n`
    expect(lines.filter((line) => line.startsWith('{"checkpoint"')).length).toBe(3)
    const ids = (await run(wholeLog(source))).map(({ id }) => id)
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.nat(text.length), fc.integer({ min: text.length - 300, max: text.length })),
        (length) =>
          run(
            Effect.gen(function* () {
              const rest = text.slice(0, length).split("\n")
              const found = yield* resumption(rest.at(-1) === "" ? rest.slice(0, -1) : rest)
              if (found === undefined) {
                expect(length).toBeLessThan(lines[0]?.length ?? 0)
                return
              }
              // A file that ends with its last line but without the line break is whole.
              const whole = `${text.slice(0, length)}\n`.slice(0, found.characters)
              expect(whole.split("\n").length - 1).toBe(found.lines)
              const more = yield* exported(source, { resume: found })
              expect(whole + more.map((line) => `${line}\n`).join("")).toBe(text)
              expect(found.isComplete).toBe(more.length === 0)
              expect(found.last).toBe(ids[found.checkpoint.count - 1])
            }),
          ),
      ),
      { numRuns: 60 },
    )
  })
})

describe("an archive of version 1", () => {
  const file = join(import.meta.dirname, "../golden/archives/v1.ndjson")
  const golden = readFileSync(file, "utf8").split("\n").slice(0, -1)

  test("can be read for good", async () => {
    const target = await run(MemoryStore.make())
    await run(imported(target, golden))
    const log = await run(wholeLog(target))
    expect(
      log.map(({ actor, commandId, event, source, target, version }) =>
        [source, target, version, event._tag, commandId, actor].join(" "),
      ),
    ).toEqual([
      "63046977 2244994945 1 FollowRequested follow-1 63046977",
      "63046977 2244994945 2 FollowRequestApproved approve-1 2244994945",
      "9999999999999999999 0 1 Erased 019b76da-a800-7000-8000-000000000003 ",
      "0 63046977 1 Followed 019b76da-a800-7000-8000-000000000004 ",
    ])
  })

  test("is written as it was", async () => {
    const events = golden
      .slice(1, -2)
      .map((line) => Result.getOrThrow(codec.decode(JSON.parse(line))))
    const good = await run(MemoryStore.make())
    const log: Store["log"] = (after) =>
      Effect.succeed(events.filter(({ position }) => position > after))
    expect(await run(exported({ ...good, log }))).toEqual(golden)
  })
})

describe("an archive of any length", () => {
  test("is refused where a checkpoint is missing, and not read on", async () => {
    const lines = await run(exported(await run(filled(1500))))
    const target = await run(MemoryStore.make())
    const unmarked = lines.filter((line) => !line.startsWith('{"checkpoint"'))
    expect(await run(refusal(target, unmarked))).toEqual([
      "Damaged",
      "line 1002: the lines 2 to 1002 are not what was written; get the archive anew from where it was written",
    ])
    expect(await run(wholeLog(target))).toEqual([])
  })

  test("is imported with no more than a chunk of it in memory", async () => {
    const lines = await run(exported(await run(filled(5000))))
    const good = await run(MemoryStore.make())
    let pulled = 0
    let committed = 0
    let most = 0
    const target: Store = {
      ...good,
      commit: (changes) => {
        committed += changes.length
        most = Math.max(most, pulled - committed)
        return good.commit(changes)
      },
    }
    const one = Stream.rechunk(Stream.fromIterable(lines), 1).pipe(
      Stream.tap(() =>
        Effect.sync(() => {
          pulled += 1
        }),
      ),
    )
    await run(onStore(target)(Stream.runDrain(Archive.read(one))))
    expect(committed).toBe(5000)
    // First line, checkpoints, and the line that waits for the one behind it.
    expect(most).toBeLessThanOrEqual(8)
  })

  test("is written with no more of the log read than is taken", async () => {
    const good = await run(filled(5000))
    let read = 0
    const source: Store = {
      ...good,
      log: (after, limit) => {
        read += limit
        return good.log(after, limit)
      },
    }
    const some = await run(onStore(source)(Stream.runCollect(Stream.take(Archive.write(), 1200))))
    expect(some.length).toBe(1200)
    expect(read).toBe(2000)
  })
})

describe("writing an archive", () => {
  test("ends although the log goes on and on", async () => {
    const good = await run(filled(10))
    // Whoever looks finds one event more.
    const store: Store = {
      ...good,
      log: (after, limit) =>
        Effect.gen(function* () {
          const edge = yield* Fixtures.edge
          const time = Date.now() + 1000
          const change = yield* Fixtures.change(edge, Fixtures.untouched, [followed], { time })
          yield* good.commit([change])
          return yield* good.log(after, limit)
        }),
    }
    const lines = await run(exported(store))
    expect(lines.length).toBeGreaterThanOrEqual(10 + 3)
    await run(imported(await run(MemoryStore.make()), lines))
  })

  test("takes nothing for the end that is only a small page", async () => {
    const good = await run(filled(25))
    const store: Store = { ...good, log: (after) => good.log(after, 2) }
    const lines = await run(exported(store))
    expect(lines).toEqual(await run(exported(good)))
  })
})
