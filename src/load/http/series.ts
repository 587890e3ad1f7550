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
  /** Made where the script asked for this series first; its stack becomes text when somebody looks. */
  _origin: Error | undefined
  _place: string

  constructor(id: SeriesId, method: string, name: string, origin: Error | undefined) {
    this.id = id
    this.method = method
    this.name = name
    this._check = undefined
    this._origin = origin
    this._place = ''
  }
  /** The line of the script that first asked for it, as `file:line:column`; '' when it is not known. */
  placeBy(mapStack: (stack: string) => string): string {
    if (this._origin !== undefined) {
      this._place = placeIn(mapStack(this._origin.stack ?? ''))
      this._origin = undefined
    }
    return this._place
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
  readonly notesPlaces: boolean
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

  /** `notesPlaces`: series know which line of the script made them. */
  constructor(recorder: Recorder, notesPlaces = false, tags?: Tags, shared?: Shared) {
    this.#recorder = recorder
    this.tags = tags
    this.#shared = shared ?? {
      tables: new Map([['', this]]),
      notesPlaces,
      namesLeft: HTTP_NAMES_MAX,
    }
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
      table = new SeriesTable(this.#recorder, false, tags, this.#shared)
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
    const shared = this.#shared
    const isNoted = shared.notesPlaces && shared.namesLeft > 0
    const series = new Series(
      this.#recorder.series('http', method, name, this.tags),
      method,
      name,
      isNoted ? new Error('asked for here') : undefined,
    )
    if (shared.namesLeft > 0) {
      shared.namesLeft--
      names.set(name, series)
    }
    return series
  }
}

const OWN_FILES = new URL('../../', import.meta.url).pathname

/** The innermost frame that is not ours. */
function placeIn(stack: string): string {
  for (const line of stack.split('\n')) {
    const place = /^\s+at .*?\(?((?:file:\/\/)?\/[^()]*:\d+:\d+)\)?$/.exec(line)?.[1]
    if (place !== undefined && !place.includes(OWN_FILES)) return place
  }
  return ''
}
