/** One figure of a monitor over a whole run: extremes, mean, and how many seconds are missing. Pure. */
import type { MonitorUnit } from '../../contracts/monitor.ts'
import type { MonitorResult } from '../../contracts/result.ts'

export class MonitorTotals {
  readonly name: string
  readonly unit: MonitorUnit
  readonly #source: string
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #sum = 0
  #last: number | null = null
  #readings = 0
  #gaps = 0

  constructor(name: string, source: string, unit: MonitorUnit) {
    this.name = name
    this.#source = source
    this.unit = unit
  }

  /** Once per window; null is a gap. */
  add(value: number | null): void {
    if (value === null) {
      this.#gaps++
      return
    }
    this.#readings++
    this.#sum += value
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
    this.#last = value
  }

  result(): MonitorResult {
    const isEmpty = this.#readings === 0
    return {
      name: this.name,
      source: this.#source,
      unit: this.unit,
      min: isEmpty ? null : this.#min,
      mean: isEmpty ? null : this.#sum / this.#readings,
      max: isEmpty ? null : this.#max,
      last: this.#last,
      readings: this.#readings,
      gaps: this.#gaps,
    }
  }
}
