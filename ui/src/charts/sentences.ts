/** What charts show, in sentences: the present, the range, and when the highest was. Pure. */
import type { ViewPoint } from '../api/types.ts'
import { clock } from '../figures/format.ts'

type Read = (point: ViewPoint) => number | null
type Format = (value: number | null) => string

/** 'p95 182 ms at 01:12, between 61 ms and 415 ms, highest at 01:05' */
export function courseOf(
  points: readonly ViewPoint[],
  label: string,
  read: Read,
  format: Format,
): string {
  const measured = points.filter((point) => read(point) !== null)
  const last = measured.at(-1)
  if (last === undefined) return `${label} not measured`
  const [low, high] = [extreme(measured, read, -1), extreme(measured, read, 1)]
  const now = `${label} ${format(read(last))} at ${timeOf(last)}`
  if (format(read(low)) === format(read(high))) return now
  return `${now}, between ${format(read(low))} and ${format(read(high))}, highest at ${timeOf(high)}`
}

/** 'A; b.' from parts; what is empty is left out. */
export function sentenceOf(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('; ')
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

function extreme(points: readonly ViewPoint[], read: Read, sign: 1 | -1): ViewPoint {
  return points.reduce((best, point) => ((read(point)! - read(best)!) * sign > 0 ? point : best))
}

const timeOf = ({ atMs, spanMs }: ViewPoint): string => clock(atMs + spanMs)
