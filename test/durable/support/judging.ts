/** Whether what concurrent processes saw of one store can be: each edge linearizable, one log for all. */
import { CommandError, Edge, type RecordedEvent } from "@kith/core"
import { Check, Linearizable } from "@kith/core/testing"
import { Result } from "effect"
import { Book } from "./book.ts"
import type { Line } from "./lines.ts"
import { type Load, type Order, orderAt } from "./load.ts"
import { expectAll } from "./reader.ts"
import { factsOf } from "./world.ts"

type Event = RecordedEvent.RecordedEvent

/** What everybody did with one edge. */
interface Dealings {
  readonly edge: Edge.Edge
  readonly done: Array<Linearizable.Done>
  readonly looks: Array<Linearizable.Look>
}

/** How much there was to judge. `contended` commands were decided more than once. */
export interface Verdict {
  readonly answered: number
  readonly contended: number
  readonly rejected: number
  readonly looked: number
  readonly events: number
}

type Ending = Exclude<Line, { _tag: "Opening" | "Ready" | "Begun" | "Seen" | "Done" }>

const isEnding = (line: Line): line is Ending =>
  line._tag === "Answered" ||
  line._tag === "Rejected" ||
  line._tag === "Looked" ||
  line._tag === "Failed"

const doneOf = (order: Order, ending: Ending, during: Linearizable.Look["during"]) => {
  const { command } = order
  if (command === undefined) throw new Error("a look is no command")
  if (ending._tag === "Answered") {
    return { command, outcome: Result.succeed(ending.receipt), during }
  }
  if (ending._tag !== "Rejected") {
    throw new Check.Mismatch("every command has an answer", "an answer or a refusal", ending)
  }
  const { reason } = ending
  return {
    command,
    outcome: Result.fail(new CommandError.CommandRejected({ command, reason })),
    during,
  }
}

/** The dealings with each edge. A receipt that two had under one id is one command, carried out once. */
const dealingsOf = (load: Load, workers: ReadonlyArray<ReadonlyArray<Line>>) => {
  const all = new Map<string, Dealings>()
  const receipts = new Map<number, { readonly index: number; readonly dealings: Dealings }>()
  for (const lines of workers) {
    const began = new Map<number, number>()
    for (const line of lines) {
      if (line._tag === "Begun") began.set(line.number, line.at)
      if (!isEnding(line)) continue
      const order = orderAt(load, line.number)
      const during = { invoked: began.get(line.number) ?? 0, answered: line.at }
      const dealings = all.get(Edge.key(order.edge)) ?? { edge: order.edge, done: [], looks: [] }
      all.set(Edge.key(order.edge), dealings)
      if (line._tag === "Looked") {
        dealings.looks.push({ snapshot: line, during })
        continue
      }
      const done = doneOf(order, line, during)
      const earlier = receipts.get(line.number)
      if (Result.isFailure(done.outcome) || earlier === undefined) {
        if (Result.isSuccess(done.outcome)) {
          receipts.set(line.number, { index: dealings.done.length, dealings })
        }
        dealings.done.push(done)
        continue
      }
      const first = dealings.done[earlier.index]
      if (first?.during === undefined || Result.isFailure(first.outcome)) continue
      Check.equal("one command id has one receipt", done.outcome.success, first.outcome.success)
      dealings.done[earlier.index] = {
        ...first,
        during: {
          invoked: Math.min(first.during.invoked, during.invoked),
          answered: Math.min(first.during.answered, during.answered),
        },
      }
    }
  }
  return all
}

/** Judges what writers said, and the sequences that readers saw, by the log as it is at the end. */
export const judge = (
  load: Load,
  log: ReadonlyArray<Event>,
  writers: ReadonlyArray<ReadonlyArray<Line>>,
  readers: ReadonlyArray<ReadonlyArray<Event>>,
): Verdict => {
  const book = new Book(load)
  book.add(log)
  const verdict = { answered: 0, contended: 0, rejected: 0, looked: 0, events: log.length }
  for (const { done, edge, looks } of dealingsOf(load, writers).values()) {
    Linearizable.linearizable(book.foldOf(edge).events, done, factsOf(edge), looks)
    const answered = done.filter(({ outcome }) => Result.isSuccess(outcome)).length
    verdict.answered += answered
    verdict.rejected += done.length - answered
    verdict.looked += looks.length
    verdict.contended += done.filter(
      ({ outcome }) => Result.isSuccess(outcome) && outcome.success.attempts > 1,
    ).length
  }
  for (const [index, seen] of readers.entries()) {
    expectAll(`reader ${index}`, seen, log)
  }
  return verdict
}
