/** The least of a changing set of numbers. Push and pop are O(log n). */
export class MinHeap {
  readonly _values: number[] = []

  get size(): number {
    return this._values.length
  }

  push(value: number): void {
    const values = this._values
    let at = values.length
    values.push(value)
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (values[parent]! <= value) break
      values[at] = values[parent]!
      at = parent
    }
    values[at] = value
  }

  /** Removes and returns the least; undefined when empty. */
  pop(): number | undefined {
    const values = this._values
    const least = values[0]
    const last = values.pop()
    if (last === undefined || values.length === 0) return least
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= values.length) break
      if (child + 1 < values.length && values[child + 1]! < values[child]!) child++
      if (values[child]! >= last) break
      values[at] = values[child]!
      at = child
    }
    values[at] = last
    return least
  }
}
