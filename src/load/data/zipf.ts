/**
 * Popularity as shops and caches see it: rank k is wanted in proportion to 1 / k^exponent. Draws by inverting the
 * integral of that curve and rejecting what lies above it (rejection-inversion, Hörmann and Derflinger 1996), so
 * there is no table, whatever the number of ranks. About 100 ns a draw, under 1.2 tries on average.
 */
import type { Prng } from '../../kernel/prng.ts'

export class Zipf {
  readonly #count: number
  readonly #exponent: number
  /** The integral at the ends of the range, and how near to a rank is always inside. */
  readonly #first: number
  readonly #last: number
  readonly #near: number

  /** `count` ≥ 1 ranks, `exponent` > 0. */
  constructor(count: number, exponent: number) {
    this.#count = count
    this.#exponent = exponent
    this.#first = this.#integral(1.5) - 1
    this.#last = this.#integral(count + 0.5)
    this.#near = 2 - this.#inverse(this.#integral(2.5) - this.#curve(2))
  }

  /** A rank from 0, which is the most popular. */
  draw(random: Prng): number {
    for (;;) {
      const area = this.#last + random.next() * (this.#first - this.#last)
      const x = this.#inverse(area)
      const rank = Math.min(this.#count, Math.max(1, Math.round(x)))
      if (rank - x <= this.#near || area >= this.#integral(rank + 0.5) - this.#curve(rank)) {
        return rank - 1
      }
    }
  }

  #curve(x: number): number {
    return Math.exp(-this.#exponent * Math.log(x))
  }

  /** Of the curve from 1 to x, in a form that stays exact where the exponent is 1. */
  #integral(x: number): number {
    const log = Math.log(x)
    const t = (1 - this.#exponent) * log
    return log * (Math.abs(t) > 1e-8 ? Math.expm1(t) / t : 1 + t / 2)
  }

  #inverse(area: number): number {
    // Rounding may push it below −1, where the logarithm ends.
    const t = Math.max(-1, area * (1 - this.#exponent))
    return Math.exp(area * (Math.abs(t) > 1e-8 ? Math.log1p(t) / t : 1 - t / 2))
  }
}
