/**
 * A window as StatsD lines: counts of what is new in it (`|c`), levels and percentiles of the second (`|g`). Plain StatsD knows no labels, so a
 * series is part of the name (`onrush.http.GET.cart.requests`); with `tags` it is written behind the line, as Datadog's agent,
 * Telegraf and others read it. Pure.
 */
import type { ThresholdResult } from '../../../contracts/result.ts'
import type { SeriesDelta } from '../../../contracts/snapshot.ts'
import type { Window } from '../../../contracts/window.ts'
import { percentileMs } from '../../../model/metrics/summary.ts'

type Pairs = readonly (readonly [key: string, value: string])[]
type Line = readonly [name: string, value: number | null, type: 'c' | 'g', of: Pairs]

/** `unseen`: what of `window` was not counted yet; the same the first time. */
export function statsdLines(
  unseen: Window,
  window: Window,
  thresholds: readonly ThresholdResult[],
  style: 'names' | 'tags',
): string {
  const isNew = unseen === window
  const lines: Line[] = [
    ...unseen.series.flatMap(seriesCounts),
    ...errorCounts(unseen),
    ...unseen.checks.flatMap(({ name, passes, failures }): Line[] => [
      ['check.passed', passes, 'c', [['check', name]]],
      ['check.failed', failures, 'c', [['check', name]]],
    ]),
    ['arrivals.started', unseen.arrivals.started, 'c', []],
    ['arrivals.dropped', unseen.arrivals.dropped, 'c', []],
    // Levels of a second that is over would be taken for those of now.
    ...(isNew ? levels(window, thresholds) : []),
  ]
  return lines.map((line) => textOf(line, style)).join('')
}

function seriesCounts(series: SeriesDelta): Line[] {
  const of = pairsOf(series)
  return [
    ['requests', series.requests, 'c', of],
    ['failures', series.failures, 'c', of],
    ['bytes_in', series.bytesIn, 'c', of],
    ['bytes_out', series.bytesOut, 'c', of],
  ]
}

function levels(window: Window, thresholds: readonly ThresholdResult[]): Line[] {
  return [
    ['users', window.users.active, 'g', []],
    ...window.series.flatMap((series): Line[] => {
      const at = (percent: number): number | null => percentileMs(series.response, percent)
      const of = pairsOf(series)
      return [
        ['response_ms.p50', at(50), 'g', of],
        ['response_ms.p95', at(95), 'g', of],
        ['response_ms.p99', at(99), 'g', of],
        ['response_ms.max', at(100), 'g', of],
      ]
    }),
    ...thresholds.map(
      ({ rule, passed }): Line => ['threshold_passed', passed ? 1 : 0, 'g', [['rule', rule]]],
    ),
    ...(window.monitors ?? []).map(
      ({ name, value }): Line => ['monitored', value, 'g', [['figure', name]]],
    ),
    ...window.workers.flatMap(([index, health]): Line[] => [
      ['cpu_cores', health.cpuRatio, 'g', [['worker', String(index)]]],
      ['in_flight', health.inFlight, 'g', [['worker', String(index)]]],
    ]),
  ]
}

function errorCounts({ errors }: Window): Line[] {
  const counts = new Map<string, number>()
  for (const { kind, count } of errors) counts.set(kind, (counts.get(kind) ?? 0) + count)
  return [...counts].map(([kind, count]): Line => ['errors', count, 'c', [['error', kind]]])
}

const pairsOf = ({ kind, method, name, tags }: SeriesDelta): Pairs => [
  ['kind', kind],
  ['method', method],
  ['name', name],
  ...Object.entries(tags ?? {}),
]

function textOf([name, value, type, of]: Line, style: 'names' | 'tags'): string {
  // A count of nothing says nothing; a gauge of 0 does.
  if (value === null || !Number.isFinite(value) || (type === 'c' && value === 0)) return ''
  if (style === 'tags') {
    const tags = of.map(([key, text]) => `${part(key)}:${text.replace(/[,|#\r\n]/g, '_')}`)
    return `onrush.${name}:${value}|${type}${tags.length === 0 ? '' : `|#${tags.join(',')}`}\n`
  }
  const path = ['onrush', ...of.map(([, text]) => part(text)).filter(Boolean), name]
  return `${path.join('.')}:${value}|${type}\n`
}

/** `/items/:id` → `items_id`. */
const part = (text: string): string => text.replace(/[^A-Za-z0-9_-]+/g, '_').replace(/^_+|_+$/g, '')
