/** What becomes of an archive that is not whole, not ours, or of a store that is not empty. */
import { type ArchiveError, EventCodec, RelationshipEvent } from "@kith/core"
import { Fixtures } from "@kith/core/testing"
import { MemoryStore } from "@kith/memory-adapter"
import { Effect, Result } from "effect"
import { describe, expect, test } from "vitest"
import {
  exported,
  filled,
  followed,
  imported,
  refusal,
  resumption,
  run,
  type Store,
  wholeLog,
} from "./archive-support.ts"

const codec = Result.getOrThrow(EventCodec.make(EventCodec.currentVersions, EventCodec.steps))
const evolved = Result.getOrThrow(
  EventCodec.make({ ...EventCodec.currentVersions, Followed: 2 }, [
    { type: "Followed", from: 1, up: (data) => ({ ...data, retweets: false }) },
  ]),
)

describe("an archive", () => {
  test("brings old events into today's form", async () => {
    const source = await run(filled(3))
    const target = await run(MemoryStore.make())
    await run(imported(target, await run(exported(source)), { codec: evolved }))
    const log = await run(wholeLog(target))
    expect(log.map(({ event }) => event)).toEqual(
      log.map(() => RelationshipEvent.followed(false, false)),
    )
  })

  test("stops at an event of newer code, with the reason, and imports nothing of its chunk", async () => {
    const source = await run(filled(3))
    const lines = await run(exported(source, { codec: evolved }))
    const target = await run(MemoryStore.make())
    expect(await run(refusal(target, lines, { codec }))).toEqual([
      "Unreadable",
      "line 2: the event cannot be read: Followed of version 2 was written by newer code; this code reads up to version 1",
    ])
    expect(await run(wholeLog(target))).toEqual([])
  })

  test("is refused by a store that holds something else", async () => {
    const lines = await run(exported(await run(filled(3))))
    const target = await run(filled(1))
    expect(await run(refusal(target, lines))).toEqual([
      "OtherStore",
      "line 2: the store holds something else at position 1; import into an empty store",
    ])
    expect((await run(wholeLog(target))).length).toBe(1)
  })

  test("is refused when somebody else writes to the store meanwhile", async () => {
    const lines = await run(exported(await run(filled(2))))
    const good = await run(MemoryStore.make())
    const target: Store = {
      ...good,
      commit: (changes) =>
        Effect.succeed(changes.map(() => ({ _tag: "Conflict", current: Fixtures.untouched }))),
    }
    const [reason, message] = await run(refusal(target, lines))
    expect(reason).toBe("OtherStore")
    expect(message).toContain("somebody else wrote to the store during the import")
  })

  test("that is cut off is imported as far as it is whole, and says so", async () => {
    const lines = await run(exported(await run(filled(1500))))
    const target = await run(MemoryStore.make())
    const error = await run(refusal(target, lines.slice(0, 1203)))
    expect(error).toEqual([
      "Truncated",
      "line 1203: the archive ends here and is not complete; go on with the export, or get the rest of the file",
    ])
    expect((await run(wholeLog(target))).length).toBe(1000)
    const progress = await run(imported(target, lines))
    expect(progress.at(-1)).toEqual({ done: 1500, present: 1000 })
    expect((await run(wholeLog(target))).length).toBe(1500)
  })

  test("that is damaged says from which line to which, and imports what comes before", async () => {
    const lines = await run(exported(await run(filled(1500))))
    const target = await run(MemoryStore.make())
    const broken = lines.map((line, index) => (index === 1100 ? line.replace("1", "2") : line))
    expect(await run(refusal(target, broken))).toEqual([
      "Damaged",
      "line 1503: the lines 1003 to 1503 are not what was written; get the archive anew from where it was written",
    ])
    expect((await run(wholeLog(target))).length).toBe(1000)
    expect(await run(Effect.flip(resumption(broken)))).toMatchObject({ reason: "Damaged" })
  })

  test("has one change for the events of one command, and none for two commands", async () => {
    const source = await run(MemoryStore.make())
    const edge = await run(Fixtures.edge)
    const both = await run(
      Fixtures.change(edge, Fixtures.untouched, [
        followed,
        RelationshipEvent.notificationsTurnedOn,
      ]),
    )
    const later = await run(
      Fixtures.change(edge, Fixtures.after(both), [RelationshipEvent.unfollowed]),
    )
    await run(source.commit([both, later]))
    const good = await run(MemoryStore.make())
    const sizes: Array<number> = []
    const target: Store = {
      ...good,
      commit: (changes) => {
        sizes.push(...changes.map(({ events }) => events.length))
        return good.commit(changes)
      },
    }
    await run(imported(target, await run(exported(source))))
    expect(sizes).toEqual([2, 1])
  })

  test("does not carry the memory of command ids", async () => {
    const source = await run(MemoryStore.make())
    const [edge, commandId] = await run(Effect.all([Fixtures.edge, Fixtures.commandId]))
    await run(
      Effect.flatMap(
        Fixtures.change(edge, Fixtures.untouched, [followed], { commandId }),
        (change) => source.commit([change]),
      ),
    )
    const target = await run(MemoryStore.make())
    await run(imported(target, await run(exported(source))))
    const [loaded] = await run(target.load([{ edge, commandId }]))
    expect(loaded?.version).toBe(1)
    expect(loaded?.record).toBeUndefined()
    expect((await run(wholeLog(target)))[0]?.commandId).toBe(commandId)
  })

  test("of nothing is an archive too", async () => {
    const lines = await run(exported(await run(filled(0))))
    expect(lines.length).toBe(2)
    const target = await run(MemoryStore.make())
    expect((await run(imported(target, lines))).at(-1)).toEqual({ done: 0, present: 0 })
    expect(await run(resumption(lines))).toMatchObject({ lines: 2, isComplete: true })
    expect(await run(resumption([]))).toBeUndefined()
    expect(await run(refusal(target, []))).toEqual([
      "Truncated",
      "line 1: the archive ends here and is not complete; go on with the export, or get the rest of the file",
    ])
  })

  test("is not made of another program's file, or of newer code's", async () => {
    const target = await run(MemoryStore.make())
    const about = (reason: ArchiveError.ArchiveError["reason"], message: string) => [
      reason,
      `line 1: ${message}`,
    ]
    const noArchive = about(
      "NotAnArchive",
      'this is no archive: the first line of one is {"kith":"archive","v":1}',
    )
    for (const lines of [["id,source,target", "1,2,3"], ["{}"], ['{"kith":"world"}'], ["", ""]]) {
      expect(await run(refusal(target, lines))).toEqual(noArchive)
    }
    expect(await run(refusal(target, ['{"kith":"archive","v":2}', "{}"]))).toEqual(
      about(
        "NewerFormat",
        "the archive is of version 2 and this code reads version 1; use newer code",
      ),
    )
  })

  test("is not written on with the events of another store", async () => {
    const lines = await run(exported(await run(filled(3))))
    const found = await run(resumption(lines.slice(0, -1)))
    const other = await run(filled(3))
    const error = await run(Effect.flip(exported(other, { resume: found })))
    expect(error).toMatchObject({ _tag: "ArchiveError", reason: "OtherStore", line: 5 })
  })

  test("has no more behind its last line than line breaks", async () => {
    const lines = await run(exported(await run(filled(3))))
    const target = await run(MemoryStore.make())
    expect(await run(refusal(target, [...lines, "{}"]))).toEqual([
      "Damaged",
      "line 7: there is something behind the archive's last line; remove it",
    ])
    await run(imported(target, [...lines, "", ""]))
  })
})
