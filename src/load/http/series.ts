// HOT: `find` once per request, two map lookups with strings that mostly keep their hash. `with` only for tags: ≈ 100 ns each.
/**
 * Method and name to the recorder's number, remembered. The recorder bounds how many distinct ones there are; this table is
 * bounded apart and asks again beyond its limit. Requests with tags have tables of their own, so that those without never see them.
 */
import type { CheckId, Recorder, SeriesId, Tags } from '../../contracts/measure.ts'
import { HTTP_NAMES_MAX, HTTP_TAG_SETS_MAX } from '../../kernel/limits.ts'
import { mergeTags, readTags, tagsKey } from '../../model/metrics/tags.ts'
import type { TagsInput } from './http-options.ts'
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

/** What the tables of one worker have in common: all of them by tags, and how many names may still be remembered. */
interface Shared {
  readonly tables: Map<string, SeriesTable>
  namesLeft: number
}

export class SeriesTable {
  /** Of every request counted here. */
  readonly tags: Tags | undefined
  readonly #recorder: Recorder
  readonly #methods = new Map<string, Map<string, Series>>()
  /** By the tags of a request as they were written, which is quicker than checking them. */
  #written: Map<string, SeriesTable> | undefined
  readonly #shared: Shared

  constructor(recorder: Recorder, tags?: Tags, shared?: Shared) {
    this.#recorder = recorder
    this.tags = tags
    this.#shared = shared ?? { tables: new Map([['', this]]), namesLeft: HTTP_NAMES_MAX }
  }

  /** The table of requests that have `given` besides the tags of this one, and win over them. Throws a TypeError for what are no tags. */
  with(given: TagsInput): SeriesTable {
    let written = ''
    for (const key in given) {
      const value = given[key]
      if (value !== undefined) written += `${key}\0${value}\0`
    }
    return this.#written?.get(written) ?? this.#learn(written, given)
  }

  #learn(written: string, given: TagsInput): SeriesTable {
    const read = readTags(given)
    if (typeof read === 'string') throw new TypeError(`tags: ${read}`)
    const table = this.#tableOf(mergeTags(this.tags, read))
    this.#written ??= new Map()
    if (this.#written.size < HTTP_TAG_SETS_MAX) this.#written.set(written, table)
    return table
  }

  #tableOf(tags: Tags | undefined): SeriesTable {
    const { tables } = this.#shared
    const key = tagsKey(tags)
    let table = tables.get(key)
    if (table === undefined) {
      table = new SeriesTable(this.#recorder, tags, this.#shared)
      if (tables.size < HTTP_TAG_SETS_MAX) tables.set(key, table)
    }
    return table
  }

  find(method: string, name: string): Series {
    let names = this.#methods.get(method)
    if (names === undefined) {
      names = new Map()
      if (this.#methods.size < HTTP_NAMES_MAX) this.#methods.set(method, names)
    }
    const known = names.get(name)
    if (known !== undefined) return known
    const series = new Series(this.#recorder.series('http', method, name, this.tags), method, name)
    if (this.#shared.namesLeft > 0) {
      this.#shared.namesLeft--
      names.set(name, series)
    }
    return series
  }
}
