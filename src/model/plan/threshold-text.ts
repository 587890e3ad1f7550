/**
 * A threshold as text again, in one canonical form: what `parseThreshold` reads from it is the same rule. For rules that
 * come from elsewhere than a person's keyboard. Limits keep their value to the last digit, not the unit they were written in.
 */
import type { Tags } from '../../contracts/measure.ts'
import type { Threshold, ThresholdMetric } from '../../contracts/plan.ts'
import { formatDuration } from './duration.ts'
import { parseRate, ratePerSec } from './rate.ts'
import { printSelector } from './selector.ts'
import type { MonitorMetric } from './threshold-monitors.ts'

/** The same threshold whatever its `rule` says. */
export function printThreshold(threshold: Omit<Threshold, 'rule'>): string {
  const { metric, operator, overMs, noDataPasses, abort, delayMs } = threshold
  const parts = [printMetric(metric), operator, printLimit(threshold)]
  if (overMs !== null) parts.push('over', duration(overMs))
  if (noDataPasses) parts.push('noData passes')
  if (abort) parts.push('abort')
  if (abort && delayMs > 0) parts.push('after', duration(delayMs))
  return parts.join(' ')
}

function printMetric(metric: ThresholdMetric): string {
  switch (metric.kind) {
    case 'dropped':
      return 'dropped'
    case 'cpu':
      return 'generator.cpu'
    case 'checks':
      return `checks${named(metric)}`
    case 'monitor':
      return printMonitor(metric)
    case 'metric':
      if (metric.type === 'any') return `${metric.name}${named({ ...metric, name: '' })}`
      return `${metric.type}${named(metric)}`
    case 'phase':
      return `${metric.phase}.avg${printSelector(metric)}`
    case 'percentile':
    case 'min':
    case 'avg':
    case 'max': {
      const source = metric.of === 'response' ? '' : `${metric.of}.`
      const statistic =
        metric.kind === 'percentile' ? `p${decimal(metric.percentile)}` : metric.kind
      return `${source}${statistic}${printSelector(metric)}`
    }
    default:
      return `${metric.kind}${printSelector(metric)}`
  }
}

/** Quoted only where quotes at its ends would be taken off. */
function printMonitor({ statistic, name }: MonitorMetric): string {
  const word = statistic === 'avg' ? 'monitor' : `monitor.${statistic}`
  return /^(['"]).*\1$/s.test(name) ? `${word}("${name}")` : `${word}(${name})`
}

function named({ name, tags }: { readonly name: string; readonly tags?: Tags }): string {
  return printSelector(tags === undefined ? { series: name } : { series: name, tags })
}

function printLimit({ limit, unit }: Pick<Threshold, 'limit' | 'unit'>): string {
  if (unit === 'ms') return duration(limit)
  if (unit === '/s') return rate(limit)
  if (unit === 'bytes' || unit === 'bytes/s')
    return `${decimal(limit)}${unit.replace('bytes', 'B')}`
  return `${decimal(limit)}${unit}`
}

/** In the first unit that says exactly this rate; one does, as every rate was read from one. */
function rate(perSec: number): string {
  if (perSec === 0) return '0/s'
  for (const [unit, seconds] of [
    ['s', 1],
    ['min', 60],
    ['h', 3_600],
    ['d', 86_400],
  ] as const) {
    const text = `${Number((perSec * seconds).toFixed(3))}/${unit}`
    const parsed = parseRate(text)
    if ('rate' in parsed && ratePerSec(parsed.rate) === perSec) return text
  }
  return `${perSec.toFixed(3)}/s`
}

function duration(ms: number): string {
  return formatDuration(ms * 1e6)
}

/** Never an exponent. */
function decimal(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '')
}
