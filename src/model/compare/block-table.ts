/**
 * A run cut into blocks of equal length, and for each series how its response times are distributed within each of them. Seconds
 * of a run resemble their neighbours; blocks hardly do, which is what makes them count as independent. Takes windows in order,
 * one at a time, and keeps none of them.
 */
import { TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { isOfRequests } from '../metrics/series-totals.ts'
import { tagsKey } from '../metrics/tags.ts'
import { WINDOW_MS } from '../metrics/window.ts'
import { BlockedSeries, type SeriesBlocks, type SeriesIdentity } from './series-blocks.ts'

/** Key of all requests as one. */
export const ALL = ''

export class BlockTable {
  readonly #windowsPerBlock: number
  readonly #open = new Map<string, BlockedSeries>()
  #windows = 0
  /** Those that are full. */
  blocks = 0

  /** `blockMs`: whole seconds. */
  constructor(blockMs: number) {
    this.#windowsPerBlock = blockMs / WINDOW_MS
  }

  /** Only windows that are to be compared. */
  add(window: Window): void {
    for (const delta of window.series) {
      if (!isCompared(delta)) continue
      this.#series(keyOf(delta), delta).add(delta)
      if (isOfRequests(delta)) this.#series(ALL, ALL_REQUESTS).add(delta)
    }
    if (++this.#windows % this.#windowsPerBlock !== 0) return
    for (const series of this.#open.values()) series.endBlock(this.blocks)
    this.blocks++
  }

  /** By key, those that were in a full block at all. A block that was begun and is not full is in none. */
  series(): Map<string, SeriesBlocks> {
    const filled = [...this.#open].filter(([, series]) => series.isFilled)
    return new Map(filled.map(([key, series]) => [key, series.blocks(this.blocks)]))
  }

  #series(key: string, delta: SeriesIdentity): BlockedSeries {
    let series = this.#open.get(key)
    if (series === undefined) {
      series = new BlockedSeries(delta)
      this.#open.set(key, series)
    }
    return series
  }
}

const ALL_REQUESTS = { kind: '', method: '', name: '(all)' }

/** Tasks that threw and messages that came unasked have no time that means anything. */
function isCompared(delta: SeriesDelta): boolean {
  return isOfRequests(delta) || delta.kind === TRANSACTION_KIND
}

function keyOf({ kind, method, name, tags }: SeriesDelta): string {
  return `${kind}\0${method}\0${name}\0${tags === undefined ? '' : tagsKey(tags)}`
}
