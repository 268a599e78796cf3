/** A store and a journal that live in one process and are used by another, over its messages. */
import {
  Edge,
  EventId,
  Journal,
  RecordedEvent,
  Relationship,
  RelationshipEvent,
  RelationshipStore,
  UserId,
} from "@kith/core"
import { Effect, Schema } from "effect"

const Read = Schema.Struct({ edge: Edge.Edge, commandId: Schema.UndefinedOr(Schema.String) })

const Snapshot = { relationship: Relationship.Relationship, version: Schema.Int }

const CommandRecord = Schema.Struct({
  ...Snapshot,
  fingerprint: Schema.String,
  attempts: Schema.Int,
  events: Schema.Array(RecordedEvent.RecordedEvent),
})

const Loaded = Schema.Struct({ ...Snapshot, record: Schema.optional(CommandRecord) })

const id = Schema.UndefinedOr(Schema.String)

const Change = Schema.Struct({
  edge: Edge.Edge,
  expectedVersion: Schema.Int,
  relationship: Relationship.Relationship,
  events: Schema.Array(
    Schema.Struct({ id: EventId.EventId, event: RelationshipEvent.RelationshipEvent }),
  ),
  time: Schema.Int,
  commandId: id,
  correlationId: id,
  causationId: id,
  actor: Schema.NullOr(UserId.UserId),
  provenance: RecordedEvent.Provenance,
  fingerprint: Schema.String,
  attempts: Schema.Int,
})

const CommitOutcome = Schema.TaggedUnion({
  Committed: { position: Schema.Int },
  Conflict: { current: Schema.Struct(Snapshot) },
  Repeated: { record: CommandRecord },
})

const Entry = Schema.Struct({ key: Schema.String, value: Schema.String, version: Schema.Int })

const Write = Schema.Struct({
  key: Schema.String,
  value: Schema.UndefinedOr(Schema.String),
  expectedVersion: Schema.Int,
})

const WriteOutcome = Schema.TaggedUnion({
  Written: { versions: Schema.Array(Schema.Int) },
  Conflict: { current: Schema.Array(Schema.UndefinedOr(Entry)) },
})

/** What goes to the lender, and what comes back, for each method that a service uses. */
const methods = {
  load: [Schema.Array(Read), Schema.Array(Loaded)],
  commit: [Schema.Array(Change), Schema.Array(CommitOutcome)],
  history: [Edge.Edge, Schema.Array(RecordedEvent.RecordedEvent)],
  read: [Schema.Array(Schema.String), Schema.Array(Schema.UndefinedOr(Entry))],
  write: [Schema.Array(Write), WriteOutcome],
} as const

type Methods = typeof methods
export type Method = keyof Methods

const names: ReadonlyArray<Method> = ["load", "commit", "history", "read", "write"]

const Question = Schema.Struct({
  number: Schema.Int,
  method: Schema.Literals(names),
  input: Schema.Unknown,
})
const Answer = Schema.Struct({ number: Schema.Int, output: Schema.Unknown })

const decodeQuestion = Schema.decodeUnknownSync(Question)
const isAnswer = Schema.is(Answer)

type Store = RelationshipStore.RelationshipStore["Service"]

/** What is asked for. */
export const methodOf = (message: unknown): Method => decodeQuestion(message).method

/** Answers what was asked of a store and a journal. */
export const answer = async (
  message: unknown,
  store: Store,
  journal: Journal.Journal["Service"],
): Promise<typeof Answer.Type> => {
  const { input, method, number } = decodeQuestion(message)
  const ask = (): Effect.Effect<unknown, unknown> => {
    switch (method) {
      case "load":
        return store.load(Schema.decodeUnknownSync(methods.load[0])(input))
      case "commit":
        return store.commit(Schema.decodeUnknownSync(methods.commit[0])(input))
      case "history":
        return store.history(Schema.decodeUnknownSync(methods.history[0])(input))
      case "read":
        return journal.read(Schema.decodeUnknownSync(methods.read[0])(input))
      case "write":
        return journal.write(Schema.decodeUnknownSync(methods.write[0])(input))
    }
  }
  return { number, output: await Effect.runPromise(ask()) }
}

/** The store and the journal of somebody who answers the messages that are sent. */
export const borrow = (
  send: (question: typeof Question.Type) => void,
  onMessage: (listener: (message: unknown) => void) => void,
): { readonly store: Store; readonly journal: Journal.Journal["Service"] } => {
  const waiting = new Map<number, (output: unknown) => void>()
  let asked = 0
  onMessage((message) => {
    if (isAnswer(message)) waiting.get(message.number)?.(message.output)
  })
  const ask = <A>(method: Method, output: Schema.Decoder<A>, input: unknown): Effect.Effect<A> =>
    Effect.callback((resume) => {
      asked += 1
      waiting.set(asked, (it) => resume(Effect.succeed(Schema.decodeUnknownSync(output)(it))))
      send({ number: asked, method, input })
    })
  const unused = Effect.die("nobody lends this")
  return {
    store: RelationshipStore.RelationshipStore.of({
      load: (reads) => ask("load", methods.load[1], reads),
      commit: (changes) => ask("commit", methods.commit[1], changes),
      history: (edge) => ask("history", methods.history[1], edge),
      list: () => unused,
      counts: () => unused,
      log: () => unused,
      awaitLog: () => unused,
    }),
    journal: Journal.Journal.of({
      read: (keys) => ask("read", methods.read[1], keys),
      write: (writes) => ask("write", methods.write[1], writes),
      scan: () => Effect.succeed([]),
    }),
  }
}
