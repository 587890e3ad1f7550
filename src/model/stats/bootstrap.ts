/**
 * How sure a figure is of which nobody knows the distribution: draw the blocks of a run again and again with replacement, compute
 * the figure of each draw, and see within what it stays. Seconds of a run resemble their neighbours, so blocks of many are drawn,
 * never single requests. Here is only the drawing and the reading; what is computed of a draw is the caller's. Seeded: same seed,
 * same interval.
 */
import type { Prng } from '../../kernel/prng.ts'
import { studentQuantile } from './beta.ts'
import { normalTail } from './gamma.ts'

/** `times[draw × blocks + block]`: how often the draw has the block. Each draw has as many as there are. */
export interface Draws {
  readonly blocks: number
  readonly count: number
  readonly times: Float64Array
}

export interface Interval {
  readonly low: number
  readonly high: number
}

export type Place = 'above' | 'below' | 'within' | 'undecided'

export function drawBlocks(blocks: number, count: number, prng: Prng): Draws {
  const times = new Float64Array(blocks * count)
  for (let from = 0; from < times.length; from += blocks) {
    for (let i = 0; i < blocks; i++) times[from + Math.floor(prng.next() * blocks)]!++
  }
  return { blocks, count, times }
}

/** What lies between the tails of the drawn `values`; null when one of them could not be computed. Sorts a copy. */
export function intervalOf(values: Float64Array, confidence: number): Interval | null {
  if (values.length === 0 || values.some((each) => !Number.isFinite(each))) return null
  const sorted = values.slice().sort()
  const tail = (1 - confidence) / 2
  return { low: quantileOf(sorted, tail), high: quantileOf(sorted, 1 - tail) }
}

/**
 * The confidence to ask for so that an interval of few blocks holds what it promises: draws of n blocks vary by √((n − 1)/n) too
 * little, and their tails are those of the normal distribution where they should be Student's.
 */
export function expandedConfidence(confidence: number, blocks: number): number {
  if (blocks < 2) return 1
  const t = studentQuantile((1 + confidence) / 2, blocks - 1)
  return 1 - 2 * normalTail(t * Math.sqrt(blocks / (blocks - 1)))
}

/** Is the whole interval beyond ±`limit`, or within? */
export function placeOf({ low, high }: Interval, limit: number): Place {
  if (low > limit) return 'above'
  if (high < -limit) return 'below'
  return low >= -limit && high <= limit ? 'within' : 'undecided'
}

/** Linear between neighbours of `sorted`. */
export function quantileOf(sorted: Float64Array, quantile: number): number {
  const at = quantile * (sorted.length - 1)
  const below = Math.floor(at)
  const low = sorted[below]!
  return low + (at - below) * ((sorted[below + 1] ?? low) - low)
}
