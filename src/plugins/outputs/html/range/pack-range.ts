/**
 * Slices small enough for a file: histograms are made half as fine until they fit, which costs precision and is said beside the range; and when that
 * is not enough, slices are made longer.
 */
import { HTML_RANGE_CHARS_MAX } from '../../../../kernel/limits.ts'
import { packed } from '../packed.ts'
import { bucketsIn, mergeCells } from './cell.ts'
import { encodeRange, type RangeData } from './range-data.ts'

/** Percentiles are at most this much too high, percent, by how often histograms were made half as fine. */
const ERRORS_PERCENT = [0.4, 0.8, 1.6, 3.2] as const

export interface PackedRange {
  readonly text: string
  readonly errorPercent: number
}

/** Raw bytes are packed to about half and written four characters for three; those that are far too many are not tried. */
const RAW_BYTES_PER_CHAR = 3

/** Undefined: it does not fit at all. */
export function packRange(
  given: RangeData,
  charsMax = HTML_RANGE_CHARS_MAX,
): PackedRange | undefined {
  for (let data = given; data.slices.length > 0; data = halved(data)) {
    const cells = data.cells.flat().filter((cell) => cell !== undefined)
    for (const [coarseness, errorPercent] of ERRORS_PERCENT.entries()) {
      const buckets = cells.reduce((sum, cell) => sum + bucketsIn(cell, coarseness), 0)
      if (2 * buckets > RAW_BYTES_PER_CHAR * charsMax) continue
      const text = packed(encodeRange(data, coarseness))
      if (text.length <= charsMax) return { text, errorPercent }
    }
    if (data.slices.length === 1) break
  }
  return undefined
}

/** Two slices made one. */
function halved({ spanMs, slices, requests, cells, errors, checks }: RangeData): RangeData {
  return {
    spanMs: spanMs * 2,
    slices: inPairs(slices, (a, b) => ({
      activeMs: a.activeMs + b.activeMs,
      usersMax: Math.max(a.usersMax, b.usersMax),
      due: a.due + b.due,
      dropped: a.dropped + b.dropped,
    })),
    requests,
    cells: cells.map((row) => inPairs(row, (a, b) => (a && b ? mergeCells(a, b) : (a ?? b)))),
    errors: errors.map((row) => inPairs(row, (a, b) => a + b)),
    checks: checks.map((row) => inPairs(row, (a, b) => [a[0] + b[0], a[1] + b[1]] as const)),
  }
}

function inPairs<T>(items: readonly T[], merge: (a: T, b: T) => T): T[] {
  const merged: T[] = []
  for (let at = 0; at < items.length; at += 2) {
    const first = items[at] as T
    merged.push(at + 1 < items.length ? merge(first, items[at + 1] as T) : first)
  }
  return merged
}
