/**
 * Which stretches of a run are kept merged, and which of them make up a part of it. Each span is four of the one before and begins at a
 * multiple of itself, so that any part is at most six stretches of each span, and some single windows at its ends:
 *
 *     [13 … 90) =  13 14 15 | 16–31 | 32–47 | 48–63 | 64–79 | 80 … 89
 *
 * A power of two also is what `Timeline` makes its points of. By series this takes a third of the space of the windows, and any part of a
 * day is some thirty reads. Spans of two would take half as much again for a third fewer reads, of eight read half as much again.
 */
import type { MergedQuery } from '../../../contracts/store.ts'

export type Detail = MergedQuery['detail']

/** A stretch of `span` windows that begins with window `index` × `span`. */
export interface MergedKey {
  readonly detail: Detail
  readonly span: number
  readonly index: number
}

const LONGER = 4
/** Of a run of any length: the longest is nine months. */
const LONGEST = LONGER ** 12

/** Ascending. Of an overview single windows are kept too: a seventh of the whole, with 50 series. */
export const SPANS: Readonly<Record<Detail, readonly number[]>> = {
  series: spansFrom(16),
  overview: spansFrom(1),
}

function spansFrom(shortest: number): number[] {
  const spans: number[] = []
  for (let span = shortest; span <= LONGEST; span *= LONGER) spans.push(span)
  return spans
}

/** The fewest stretches, in order, that make up windows [`from`, `to`); what no span fits into is of span 0 and one window. */
export function coverOf(
  detail: Detail,
  from: number,
  to: number,
  spanMax = Number.POSITIVE_INFINITY,
): MergedKey[] {
  const spans = SPANS[detail].filter((span) => span <= spanMax)
  const keys: MergedKey[] = []
  for (let at = from; at < to; ) {
    const span = spans.findLast((each) => at % each === 0 && at + each <= to) ?? SINGLE
    keys.push(span === SINGLE ? { detail, span, index: at } : { detail, span, index: at / span })
    at += Math.max(1, span)
  }
  return keys
}

/** Span of a window as it was told, which every store has. */
export const SINGLE = 0

/** What together is the same: a stretch that is not kept. */
export function partsOf({ detail, span, index }: MergedKey): MergedKey[] {
  const shorter = SPANS[detail].findLast((each) => each < span)
  if (shorter !== undefined) return coverOf(detail, index * span, (index + 1) * span, shorter)
  const first = index * span
  return Array.from({ length: span }, (_, offset) => ({
    detail,
    span: SINGLE,
    index: first + offset,
  }))
}

/** For tables of what is kept. */
export const nameOf = ({ detail, span, index }: MergedKey): string => `${detail} ${span} ${index}`
