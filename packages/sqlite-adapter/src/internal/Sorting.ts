/**
 * Sorting what does not fit in memory: rows are laid aside in runs, each in order, in a table that ends
 * with the connection; ranges of keys are then read out of all runs together.
 */
import type { Connection, Statement } from "./Connection.ts"
import { number, text, type Value } from "./values.ts"

type Key = readonly [Value, Value]

/** The keys behind the first and up to the second. */
export interface Range {
  readonly from: Key
  readonly to: Key
}

const least = -(2n ** 63n)
const greatest = 2n ** 63n - 1n

/**
 * One of so many keys is noted, to find ranges of about the same size: where something is divisible
 * that is another integer in each row, without regard to the key.
 */
export interface Sampling {
  readonly sampling: number
  readonly by: string
}

export class Sorting {
  private readonly name: string
  private readonly table: string
  private readonly connection: Connection
  private readonly key: readonly [string, string]
  private readonly columns: ReadonlyArray<string>
  private readonly note: Statement
  private readonly sample: Statement
  private readonly sampling: number
  private run = 0

  /** @param key the columns that rows are sorted by, two integers */
  constructor(
    connection: Connection,
    name: string,
    key: readonly [string, string],
    rest: ReadonlyArray<string>,
    { by, sampling }: Sampling,
  ) {
    this.sampling = sampling
    const [first, second] = key
    this.connection = connection
    this.name = name
    this.key = key
    this.columns = [...key, ...rest]
    this.table = `temp.${name}`
    const names = [name, `${name}_list`, `${name}_samples`]
    connection.database.exec(`
      ${names.map((each) => `DROP TABLE IF EXISTS temp.${each};`).join(" ")}
      CREATE TEMP TABLE ${name} (run INTEGER, ${this.columns.map((each) => `${each} INTEGER`).join(", ")},
        PRIMARY KEY (run, ${[...key, ...rest.slice(0, 1)].join(", ")})) WITHOUT ROWID;
      CREATE TEMP TABLE ${name}_list (run INTEGER PRIMARY KEY);
      CREATE TEMP TABLE ${name}_samples (${first} INTEGER, ${second} INTEGER);
    `)
    this.note = connection.prepare(`INSERT INTO ${this.table}_list VALUES (?)`)
    this.sample = connection.prepare(
      `INSERT INTO ${this.table}_samples SELECT ${first}, ${second} FROM ${this.table}
       WHERE run = ? AND ${by} % ${sampling} = 0`,
    )
  }

  /** A function that adds what a query gives as another run. */
  insert(query: string): (...values: ReadonlyArray<Value>) => void {
    const order = Array.from({ length: 3 }, (_, index) => index + 2).join(", ")
    const inserting = this.connection.prepare(
      `INSERT INTO ${this.table} SELECT ?, * FROM (${query}) ORDER BY ${order}`,
    )
    return (...values) => {
      if (inserting.run(this.run, ...values) === 0) return
      this.note.run(this.run)
      this.sample.run(this.run)
      this.run += 1
    }
  }

  /**
   * The rows of a range, for the FROM of a query. The join says how to find them: run by run. Left to
   * itself SQLite would read all of the table.
   */
  get rows(): string {
    const { name } = this
    return `${this.table}_list AS list CROSS JOIN ${this.table} AS ${name}`
  }

  /** The condition that goes with {@link rows}. */
  get inRange(): string {
    const { name } = this
    const key = this.key.map((column) => `${name}.${column}`).join(", ")
    return `${name}.run = list.run AND (${key}) > (?, ?) AND (${key}) <= (?, ?)`
  }

  /** All keys there are, in ranges of about so many rows. */
  ranges(size: number): ReadonlyArray<Range> {
    const [first, second] = this.key
    const step = Math.max(1, Math.round(size / this.sampling))
    const bounds = this.connection
      .prepare(
        `SELECT ${first} || '', ${second} || '' FROM (
           SELECT ${first}, ${second}, row_number() OVER (ORDER BY ${first}, ${second}) AS nth
           FROM ${this.table}_samples)
         WHERE nth % ${step} = 0`,
      )
      .all()
      .map(([one, two]): Key => [BigInt(text(one)), BigInt(text(two))])
    const ends: ReadonlyArray<Key> = [...bounds, [greatest, greatest]]
    if (number(this.connection.value(`SELECT count(*) FROM ${this.table}_list`)) === 0) return []
    return ends.map((to, index) => ({ from: ends[index - 1] ?? [least, least], to }))
  }
}
