// HOT: dueNs per arrival: one array read; a block of 4,096 base arrivals is drawn at once, about 30 ns per arrival.
/**
 * Arrivals as they come from many people who know nothing of each other: a Poisson process whose rate is that of a base schedule.
 * Between two arrivals of the base lies one unit of load; each such cell gets a Poisson(1) number of arrivals at uniform times. For
 * a constant rate that is exactly a Poisson process, for a ramp all but exactly: within one cell the rate is taken as constant.
 * Every block of cells has a random stream of its own, so any worker computes any arrival alike, and nothing is drawn
 * before it is needed but the counts.
 */
import { Prng } from '../../kernel/prng.ts'
import type { ArrivalSchedule } from './shape.ts'

const CELLS = 4_096
/** Chance that at most n arrivals fall into a cell: e⁻¹ · Σ 1/i!. */
const AT_MOST: readonly number[] = (() => {
  const table: number[] = []
  let term = Math.exp(-1)
  let sum = 0
  for (let n = 0; n < 20; n++, term /= n) {
    sum += term
    table.push(sum)
  }
  return table
})()

interface Block {
  readonly number: number
  /** Ascending; arrivals `first` and on. */
  readonly dueNs: Float64Array
  readonly first: number
}

export class PoissonArrivals implements ArrivalSchedule {
  readonly totalCount: number
  readonly #base: ArrivalSchedule
  readonly #endNs: number
  readonly #seed: number
  readonly #stream: string
  /** Does the base begin at 0? Else its first arrival closes the first cell instead of opening it. */
  readonly #opensAtZero: boolean
  /** #firsts[b]: arrivals before block b. Grows as far as it was asked. */
  readonly #firsts: number[] = [0]
  #block: Block | undefined

  /** `durationNs`: end of the base; null when it has none. `stream` keeps scenarios of one seed apart. */
  constructor(base: ArrivalSchedule, durationNs: number | null, seed: number, stream: string) {
    this.#base = base
    this.#endNs = durationNs ?? Number.POSITIVE_INFINITY
    this.#seed = seed
    this.#stream = stream
    this.#opensAtZero = base.totalCount > 0 && base.dueNs(0) === 0
    this.totalCount = Number.isFinite(base.totalCount)
      ? this.#firstOf(Math.ceil(base.totalCount / CELLS))
      : Number.POSITIVE_INFINITY
  }

  dueNs(index: number): number {
    const block = this.#blockOf(index)
    return block.dueNs[index - block.first]!
  }

  dueMs(index: number): number {
    return this.dueNs(index) / 1e6
  }

  countBy(elapsedNs: number): number {
    if (elapsedNs < 0) return 0
    const before = this.#base.countBy(elapsedNs)
    const cell = Math.max(0, this.#opensAtZero ? before - 1 : before)
    const number = Math.floor(Math.min(cell, this.#base.totalCount - 1) / CELLS)
    if (number < 0) return 0
    const { dueNs, first } = this.#draw(number)
    return first + countAtMost(dueNs, elapsedNs)
  }

  #blockOf(index: number): Block {
    const block = this.#block
    if (block !== undefined && index >= block.first && index < block.first + block.dueNs.length) {
      return block
    }
    let number = 0
    if (block !== undefined && index >= block.first) number = block.number
    while (this.#firstOf(number + 1) <= index) number++
    return this.#draw(number)
  }

  /** Arrivals before block `number`. */
  #firstOf(number: number): number {
    while (this.#firsts.length <= number) {
      const last = this.#firsts.length - 1
      const prng = this.#prngOf(last)
      let count = 0
      for (let cell = this.#cellsOf(last); cell > 0; cell--) count += poisson1(prng)
      this.#firsts.push(this.#firsts[last]! + count)
    }
    return this.#firsts[number]!
  }

  #draw(number: number): Block {
    if (this.#block?.number === number) return this.#block
    const first = this.#firstOf(number)
    const dueNs = new Float64Array(this.#firstOf(number + 1) - first)
    const prng = this.#prngOf(number)
    const cells = this.#cellsOf(number)
    const counts = Array.from({ length: cells }, () => poisson1(prng))
    let at = 0
    for (let cell = 0; cell < cells; cell++) {
      const count = counts[cell]!
      if (count === 0) continue
      const fromNs = this.#boundaryNs(number * CELLS + cell)
      const spanNs = this.#boundaryNs(number * CELLS + cell + 1) - fromNs
      for (let n = 0; n < count; n++) dueNs[at + n] = fromNs + Math.floor(prng.next() * spanNs)
      dueNs.subarray(at, at + count).sort()
      at += count
    }
    this.#block = { number, dueNs, first }
    return this.#block
  }

  /** Where cell `index` begins. */
  #boundaryNs(index: number): number {
    const arrival = this.#opensAtZero ? index : index - 1
    if (arrival < 0) return 0
    return arrival < this.#base.totalCount ? this.#base.dueNs(arrival) : this.#endNs
  }

  #cellsOf(number: number): number {
    return Math.max(0, Math.min(CELLS, this.#base.totalCount - number * CELLS))
  }

  #prngOf(number: number): Prng {
    return Prng.of(this.#seed, `${this.#stream} ${number}`)
  }
}

/** One draw from the Poisson distribution with mean 1. */
function poisson1(prng: Prng): number {
  const u = prng.next()
  let n = 0
  while (n < AT_MOST.length && u >= AT_MOST[n]!) n++
  return n
}

function countAtMost(ascending: Float64Array, limit: number): number {
  let low = 0
  let high = ascending.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! <= limit) low = middle + 1
    else high = middle
  }
  return low
}
