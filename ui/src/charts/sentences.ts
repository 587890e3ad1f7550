/** What charts show, in sentences: the present, the range, and when the highest was. Pure. */
import type { ViewPoint } from '../api/types.ts'
import { clock } from '../figures/format.ts'
import type { Column, Read } from './columns.ts'

type Format = (value: number | null) => string

/** 'p95 182 ms at 01:12, between 61 ms and 415 ms, highest at 01:05' */
export function courseOf(
  { low, high, last }: Column,
  label: string,
  read: Read,
  format: Format,
): string {
  if (low === undefined || high === undefined || last === undefined) return `${label} not measured`
  const [lowest, highest] = [format(read(low)), format(read(high))]
  const now = `${label} ${format(read(last))} at ${timeOf(last)}`
  if (lowest === highest) return now
  return `${now}, between ${lowest} and ${highest}, highest at ${timeOf(high)}`
}

/** 'A; b.' from parts; what is empty is left out. */
export function sentenceOf(...parts: readonly string[]): string {
  const text = parts.filter((part) => part !== '').join('; ')
  return text === '' ? '' : `${text[0]!.toUpperCase()}${text.slice(1)}.`
}

const timeOf = ({ atMs, spanMs }: ViewPoint): string => clock(atMs + spanMs)
