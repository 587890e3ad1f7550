// HOT: `find` once per request, two map lookups with strings that mostly keep their hash.
/**
 * Method and name to the recorder's number, remembered. The recorder bounds how many distinct ones there are; this table is
 * bounded apart and asks again beyond its limit. Requests with tags have tables of their own, so that those without never see them.
 */
import type { CheckId, Recorder, SeriesId, Tags } from '../../contracts/measure.ts'
import { HTTP_NAMES_MAX, HTTP_TAG_SETS_MAX } from '../../kernel/limits.ts'
import { tagsKey } from '../../model/metrics/tags.ts'
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
  readonly tags: Tags | undefined
  readonly #methods = new Map<string, Map<string, Series>>()
  /** By what `tagsKey` makes of the tags; only in the table without any. */
  readonly #tagged = new Map<string, SeriesTable>()
  readonly #room: { left: number }

  constructor(recorder: Recorder, tags?: Tags, room = { left: HTTP_NAMES_MAX }) {
    this.#recorder = recorder
    this.tags = tags
    this.#room = room
  }

  /** The table of the requests that carry `tags`; asked of the table without any. */
  tagged(tags: Tags | undefined): SeriesTable {
    if (tags === undefined) return this
    const key = tagsKey(tags)
    let table = this.#tagged.get(key)
    if (table === undefined) {
      table = new SeriesTable(this.#recorder, tags, this.#room)
      if (this.#tagged.size < HTTP_TAG_SETS_MAX) this.#tagged.set(key, table)
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
    if (this.#room.left > 0) {
      this.#room.left--
      names.set(name, series)
    }
    return series
  }
}
