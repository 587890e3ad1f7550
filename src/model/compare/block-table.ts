/**
 * A run cut into blocks of equal length, and for each series how its response times are distributed within each of them. Seconds
 * of a run resemble their neighbours; blocks hardly do, which is what makes them count as independent. Takes windows one at a time,
 * of any length, and keeps none of them.
 */
import { TRANSACTION_KIND } from '../../contracts/measure.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { isOfRequests } from '../metrics/series-totals.ts'
import { tagsKey } from '../metrics/tags.ts'
import { BlockedSeries, type SeriesBlocks, type SeriesIdentity } from './series-blocks.ts'

/** Key of all requests as one. */
export const ALL = ''

export class BlockTable {
  readonly #open = new Map<string, BlockedSeries>()
  /** Those that have ended. */
  blocks = 0

  /** Only windows of the block that is open. */
  add(window: Window): void {
    for (const delta of window.series) {
      if (!isCompared(delta)) continue
      this.#series(keyOf(delta), delta).add(delta)
      if (isOfRequests(delta)) this.#series(ALL, ALL_REQUESTS).add(delta)
    }
  }

  /** What is added from now on is of the next block. */
  endBlock(): void {
    for (const series of this.#open.values()) series.endBlock(this.blocks)
    this.blocks++
  }

  /** By key, those that were in a block that has ended. */
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
