/** Rows by index, wherever they are kept. */

export interface Rows {
  readonly count: number
  at(index: number): unknown
  close(): void
}

/** Rows that are in memory. */
export class KeptRows implements Rows {
  readonly #values: readonly unknown[]
  constructor(values: readonly unknown[]) {
    this.#values = values
  }
  get count(): number {
    return this.#values.length
  }
  at(index: number): unknown {
    return this.#values[index]
  }
  close(): void {}
}
