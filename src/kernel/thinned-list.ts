/**
 * A list of what comes numbered 0, 1, 2 …, that never holds more than `max`: when it is full, every other one is dropped and
 * from then on only every 2nd, then 4th, 8th number is kept. So it always covers everything from the first to the newest, evenly,
 * and a share of it stands for the same share of the whole. It is no place for sums: what is dropped is gone.
 */
export class ThinnedList<T> {
  /** Every so many numbers one is kept. */
  stride = 1
  #items: T[] = []
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  /** Those that are kept, in order. */
  get items(): readonly T[] {
    return this.#items
  }

  /** Takes or replaces `number`; numbers must come without gaps, but may come again. */
  set(number: number, item: T): void {
    while (number >= this.#max * this.stride) {
      this.#items = this.#items.filter((_, place) => place % 2 === 0)
      this.stride *= 2
    }
    if (number % this.stride === 0) this.#items[number / this.stride] = item
  }
}
