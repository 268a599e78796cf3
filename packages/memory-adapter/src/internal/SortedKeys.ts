/**
 * A set of keys that is put in order only when somebody asks for the order.
 *
 * Most keys of a journal are written and deleted again without ever being scanned, and those cost no
 * more than a set's. What came since the last look is put in then, and what went is left in its place
 * until half of all places are empty.
 */

/** So many new keys are put into their places one by one, which moves the ones behind them. */
const few = 64

export class SortedKeys {
  private ordered: Array<string> = []
  /** Keys that are not in `ordered` yet, and keys in `ordered` that have gone. */
  private readonly fresh = new Set<string>()
  private readonly gone = new Set<string>()

  /** Adds a key that is not there. */
  add(key: string): void {
    if (!this.gone.delete(key)) this.fresh.add(key)
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    if (!this.fresh.delete(key)) this.gone.add(key)
  }

  /** Up to `limit` keys that begin with `prefix` and come after `after`, in order. */
  range(prefix: string, limit: number, after: string | undefined): ReadonlyArray<string> {
    this.settle()
    const found: Array<string> = []
    const isBehind = after !== undefined && after >= prefix
    let place = isBehind ? this.firstBehind(after) : this.firstFrom(prefix)
    for (; place < this.ordered.length && found.length < limit; place++) {
      const key = this.ordered[place]
      if (key === undefined || !key.startsWith(prefix)) break
      if (!this.gone.has(key)) found.push(key)
    }
    return found
  }

  private settle(): void {
    if (this.gone.size * 2 > this.ordered.length || this.fresh.size > few) {
      const left = this.ordered.filter((key) => !this.gone.has(key))
      // Two runs that are each in order: the engine's merge sort finds them and only merges.
      this.ordered = left.concat(Array.from(this.fresh).toSorted()).toSorted()
      this.gone.clear()
    } else {
      for (const key of this.fresh) this.ordered.splice(this.firstFrom(key), 0, key)
    }
    this.fresh.clear()
  }

  private firstFrom(key: string): number {
    let low = 0
    let high = this.ordered.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.ordered[middle] ?? "") < key) low = middle + 1
      else high = middle
    }
    return low
  }

  private firstBehind(key: string): number {
    const place = this.firstFrom(key)
    return this.ordered[place] === key ? place + 1 : place
  }
}
