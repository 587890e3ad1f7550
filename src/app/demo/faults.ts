/**
 * Acts on the knobs: how long an answer is held back, whether it becomes an error, what is burnt and what is kept.
 * Choices come from a seeded generator, so the same requests in the same order meet the same faults.
 */
import { Prng } from '../../kernel/prng.ts'
import type { Knobs } from './knobs.ts'

const LEAK_BYTES_MAX = 1024 ** 3

export class Faults {
  readonly #knobs: Knobs
  readonly #random: Prng
  readonly #leaked: Buffer[] = []
  #leakedBytes = 0
  #second = -1
  #answersThisSecond = 0

  constructor(knobs: Knobs, seed: number) {
    this.#knobs = knobs
    this.#random = Prng.of(seed, 0)
  }

  /** Counts one answer against the rate limit; true when it is over. `nowMs` monotonic. */
  overRate(nowMs: number): boolean {
    if (this.#knobs.ratePerSecMax === 0) return false
    const second = Math.floor(nowMs / 1000)
    if (second !== this.#second) {
      this.#second = second
      this.#answersThisSecond = 0
    }
    return ++this.#answersThisSecond > this.#knobs.ratePerSecMax
  }

  breaks(route: string): boolean {
    const percents = this.#knobs.errorPercents
    const percent = percents[route] ?? percents['*'] ?? 0
    return percent > 0 && this.#random.next() * 100 < percent
  }

  /** How long to hold the answer back, ms; 0 = send at once. */
  delayMs(): number {
    const { latencyMs, jitterMs, slowPercent, slowMs } = this.#knobs
    if (latencyMs === 0 && jitterMs === 0 && slowPercent === 0) return 0
    const jitter = jitterMs === 0 ? 0 : this.#random.next() * jitterMs
    const slow = slowPercent > 0 && this.#random.next() * 100 < slowPercent ? slowMs : 0
    return latencyMs + jitter + slow
  }

  leak(): void {
    const bytes = this.#knobs.leakBytes
    if (bytes === 0 || this.#leakedBytes + bytes > LEAK_BYTES_MAX) return
    this.#leakedBytes += bytes
    this.#leaked.push(Buffer.alloc(bytes, 1))
  }
}

/** The planted hot function: honest CPU work on the event loop, with a name that a profiler will show. */
export function rankByRelevance(text: string, cpuMs: number): number {
  const untilMs = performance.now() + cpuMs
  let rank = 0
  while (performance.now() < untilMs) {
    for (let i = 0; i < text.length; i++) rank = (rank * 31 + text.charCodeAt(i)) | 0
  }
  return rank
}
