/** What screens say of a trend: its changes, and what was left out of it. Pure. */
import type { Trend, TrendChange, TrendMetric } from '../../contracts/trend.ts'
import { chanceText, changeText, verdictWord } from './compare-words.ts'
import { figure } from './wording.ts'

/** Ids named for one reason. */
const IDS_SAID = 3

/** `p95 slower from 20261121-145501-3fa9 on: 178 ms → 312 ms (+75.3 %, p < 0.001)`. */
export function trendChangeText({ metric, unit }: TrendMetric, change: TrendChange): string {
  const word = verdictWord({ metric, verdict: change.verdict })
  const said = [changeText({ unit }, change.change), chanceText({ pAdjusted: change.pValue })].join(
    ', ',
  )
  const from = trendFigure(unit, change.before)
  return `${metric} ${word} from ${change.id} on: ${from} → ${trendFigure(unit, change.after)} (${said})`
}

export function trendFigure(unit: TrendMetric['unit'], value: number | null): string {
  if (value === null) return '–'
  if (unit === 'ms') return figure(Number(value.toPrecision(4)), 'ms')
  return unit === 'ratio' ? figure(value * 100, '%') : figure(Number(value.toPrecision(4)), '/s')
}

/** One sentence for each reason, most frequent first. A is such a run, B the reference. */
export function leftOutTexts({ runs, reference }: Trend): string[] {
  const grouped = new Map<string, string[]>()
  for (const { id, leftOut } of runs) {
    if (leftOut !== null) grouped.set(leftOut, [...(grouped.get(leftOut) ?? []), id])
  }
  return [...grouped]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([reason, ids]) => {
      const more = ids.length > IDS_SAID ? ` and ${ids.length - IDS_SAID} more` : ''
      const against = /\bB\b/.test(reason) && reference !== null ? ` (B is ${reference})` : ''
      return `${ids.slice(0, IDS_SAID).join(', ')}${more}: ${reason}${against}`
    })
}
