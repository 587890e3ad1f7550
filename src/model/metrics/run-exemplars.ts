/**
 * Which of the requests that workers kept a run keeps, so that a day of it takes no more room than an hour needs: the slowest of each
 * series, the first of each error, the slowest of all, and besides one of each window, of every 2nd, 4th … as the run gets longer.
 * Decided once, when a request comes; nothing is taken back. Order of coming matters, so two orders may keep different ones.
 */
import type { Exemplar } from '../../contracts/exemplar.ts'
import type { ErrorResult } from '../../contracts/result.ts'
import type { ErrorDelta } from '../../contracts/snapshot.ts'
import {
  ERROR_EXEMPLARS_MAX,
  EXEMPLAR_CHARS_OF_RUN_MAX,
  EXEMPLARS_OF_ERROR_MAX,
  EXEMPLARS_OF_RUN_MAX,
  EXEMPLARS_OF_SERIES_MAX,
  SLOWEST_MAX,
} from '../../kernel/limits.ts'
import { charsOf } from './exemplar-size.ts'
import { toErrorResult } from './summary.ts'
import { tagsKey } from './tags.ts'

/** After so many windows one is taken of every 2nd, after twice as many more of every 4th … */
const WINDOWS_PER_STRIDE = 300
/** A window that may still get one. */
const WINDOWS_OPEN = 30

export class RunExemplars {
  /** Kept so far, and left out because the run has enough. */
  count = 0
  leftOut = 0
  #chars = 0
  #slowest: Exemplar[] = []
  readonly #ofSeries = new Map<string, number[]>()
  readonly #ofError = new Map<string, { readonly first: Exemplar; count: number }>()
  /** Windows that have theirs. */
  readonly #spread = new Set<number>()

  /** Those of `offered`, which one worker kept of `window`, that the run keeps. */
  admit(offered: readonly Exemplar[], window: number): Exemplar[] {
    const kept: Exemplar[] = []
    for (const each of [...offered].sort((a, b) => b.responseMs - a.responseMs)) {
      // Each is asked, so that each knows what came.
      const reasons = [this.#isSlowest(each), this.#isNew(each), this.#isSpread(window)]
      const isFull = this.count >= EXEMPLARS_OF_RUN_MAX || this.#chars >= EXEMPLAR_CHARS_OF_RUN_MAX
      if (isFull && !reasons[0]) this.leftOut++
      if (!reasons.includes(true) || (isFull && !reasons[0])) continue
      this.#spread.add(window)
      this.count++
      this.#chars += charsOf(each)
      kept.push(each)
    }
    for (const old of this.#spread) if (old < window - WINDOWS_OPEN) this.#spread.delete(old)
    return kept
  }

  /** Of the whole run, the slowest first. */
  get slowest(): readonly Exemplar[] {
    return this.#slowest
  }

  /** Errors for the result, in their order (the commonest first): those in front with the first request that met with them. */
  toErrorResults(errors: readonly ErrorDelta[]): ErrorResult[] {
    return errors.map((error, place) => {
      const first =
        place < ERROR_EXEMPLARS_MAX ? this.#ofError.get(errorKey(error))?.first : undefined
      return first === undefined
        ? toErrorResult(error)
        : { ...toErrorResult(error), exemplar: first }
    })
  }

  /** Passed ones only: how long a request failed for is told by its error. */
  #isSlowest(each: Exemplar): boolean {
    if (each.why !== 'slow') return false
    const last = this.#slowest.at(-1)
    if (this.#slowest.length === SLOWEST_MAX && each.responseMs <= last!.responseMs) return false
    this.#slowest.push(each)
    this.#slowest.sort((a, b) => b.responseMs - a.responseMs)
    this.#slowest.length = Math.min(this.#slowest.length, SLOWEST_MAX)
    return true
  }

  /** A height of its series, or one of the first of its error. */
  #isNew(each: Exemplar): boolean {
    return each.error === null ? this.#isHeight(each) : this.#isFirst(each, each.error)
  }

  #isHeight({ kind, method, name, tags, responseMs }: Exemplar): boolean {
    const key = `${kind}\0${method}\0${name}\0${tagsKey(tags)}`
    const heights = this.#ofSeries.get(key) ?? []
    if (heights.length === EXEMPLARS_OF_SERIES_MAX && responseMs <= heights.at(-1)!) return false
    heights.push(responseMs)
    heights.sort((a, b) => b - a)
    heights.length = Math.min(heights.length, EXEMPLARS_OF_SERIES_MAX)
    this.#ofSeries.set(key, heights)
    return true
  }

  #isFirst(each: Exemplar, { kind, message }: NonNullable<Exemplar['error']>): boolean {
    const key = errorKey({ method: each.method, name: each.name, kind, message })
    const known = this.#ofError.get(key)
    if (known === undefined) {
      this.#ofError.set(key, { first: each, count: 1 })
      return true
    }
    known.count++
    return known.count <= EXEMPLARS_OF_ERROR_MAX
  }

  #isSpread(window: number): boolean {
    const stride = 2 ** Math.floor(Math.log2(1 + window / WINDOWS_PER_STRIDE))
    return window % stride === 0 && !this.#spread.has(window)
  }
}

const errorKey = (error: Pick<ErrorDelta, 'method' | 'name' | 'kind' | 'message'>): string =>
  `${error.method}\0${error.name}\0${error.kind}\0${error.message}`
