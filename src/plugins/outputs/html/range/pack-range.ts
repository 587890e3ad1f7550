/** Slices small enough for a file: histograms are made half as fine until they fit, which costs precision and is said beside the range. */
import { HTML_RANGE_CHARS_MAX } from '../../../../kernel/limits.ts'
import { packed } from '../packed.ts'
import { encodeRange, type RangeData } from './range-data.ts'

/** Percentiles are at most this much too high, percent, by how often histograms were made half as fine. */
const ERRORS_PERCENT = [0.4, 0.8, 1.6, 3.2] as const

export interface PackedRange {
  readonly text: string
  readonly errorPercent: number
}

/** Undefined: it does not fit at all. */
export function packRange(data: RangeData): PackedRange | undefined {
  for (const [coarseness, errorPercent] of ERRORS_PERCENT.entries()) {
    const text = packed(encodeRange(data, coarseness))
    if (text.length <= HTML_RANGE_CHARS_MAX) return { text, errorPercent }
  }
  return undefined
}
