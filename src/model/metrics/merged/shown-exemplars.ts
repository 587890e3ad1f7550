/**
 * Of the requests that were kept in a stretch those that the result of a run may show: the slowest, and the first of each error. The others
 * stay with their windows, where they are looked for; in every stretch they are in they would outweigh all that is counted.
 */
import type { Exemplar } from '../../../contracts/exemplar.ts'
import { ERROR_EXEMPLARS_MAX, SLOWEST_MAX } from '../../../kernel/limits.ts'

export class ShownExemplars {
  #slowest: Exemplar[] = []
  readonly #firstOfError = new Map<string, Exemplar>()

  /** Of one window, or of a stretch, in the order of time. */
  add(exemplars: readonly Exemplar[]): void {
    if (exemplars.length === 0) return
    const slowestFirst = [...exemplars].sort(bySlowness)
    for (const each of slowestFirst) {
      if (each.error === null || this.#firstOfError.size >= ERROR_EXEMPLARS_MAX) continue
      const key = [each.method, each.name, each.error.kind, each.error.message].join('\0')
      if (!this.#firstOfError.has(key)) this.#firstOfError.set(key, each)
    }
    const slow = slowestFirst.filter(({ why }) => why === 'slow')
    this.#slowest = [...this.#slowest, ...slow].sort(bySlowness).slice(0, SLOWEST_MAX)
  }

  get all(): Exemplar[] {
    return [...new Set([...this.#firstOfError.values(), ...this.#slowest])]
  }
}

function bySlowness(a: Exemplar, b: Exemplar): number {
  return b.responseMs - a.responseMs
}
