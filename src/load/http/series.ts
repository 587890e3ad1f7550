// HOT: `find` once per request, two map lookups with strings that mostly keep their hash.
/**
 * Method and name to the recorder's number, remembered. The recorder bounds how many distinct ones there are; this table is
 * bounded apart and asks again beyond its limit.
 */
import type { CheckId, Recorder, SeriesId } from '../../contracts/measure.ts'
import { HTTP_NAMES_MAX } from '../../kernel/limits.ts'
import type { Site } from './target.ts'

/** A request head and what it was made from. */
export interface PlainHead {
  path: string
  block: string
  site: Site | undefined
  head: string
}

export class Series {
  readonly id: SeriesId
  readonly method: string
  readonly name: string
  /** Of the last plain GET; kept by the request writer. */
  readonly lastHead: PlainHead = { path: '', block: '', site: undefined, head: '' }
  _check: CheckId | undefined

  constructor(id: SeriesId, method: string, name: string) {
    this.id = id
    this.method = method
    this.name = name
    this._check = undefined
  }
  /** What a check without a name is called. */
  get checkName(): string {
    return `check of ${this.method} ${this.name}`
  }
  check(recorder: Recorder): CheckId {
    this._check ??= recorder.checkId(this.checkName)
    return this._check
  }
}

export class SeriesTable {
  readonly #recorder: Recorder
  readonly #methods = new Map<string, Map<string, Series>>()
  #size = 0

  constructor(recorder: Recorder) {
    this.#recorder = recorder
  }

  find(method: string, name: string): Series {
    let names = this.#methods.get(method)
    if (names === undefined) {
      names = new Map()
      if (this.#methods.size < HTTP_NAMES_MAX) this.#methods.set(method, names)
    }
    const known = names.get(name)
    if (known !== undefined) return known
    const series = new Series(this.#recorder.series('http', method, name), method, name)
    if (this.#size < HTTP_NAMES_MAX) {
      this.#size++
      names.set(name, series)
    }
    return series
  }
}
