/**
 * The metric of a rule: the word before the parentheses, and what is selected within them. Also whether a rate is that of requests or
 * how often a custom metric was true, which only the limit tells. The grammar is in `threshold.ts`.
 */
import type { Tags } from '../../contracts/measure.ts'
import {
  PHASE_NAMES,
  type PhaseName,
  type SeriesSelector,
  type ThresholdMetric,
  type TimedQuantity,
} from '../../contracts/plan.ts'
import { didYouMean } from '../../kernel/did-you-mean.ts'
import { SCENARIO_TAG } from '../metrics/tags.ts'
import { parseSelector } from './selector.ts'
import { monitorMetricOf } from './threshold-monitors.ts'

const TIMED = ['response', 'latency', 'lateness', 'trend'] as const
const PERCENTILE = /^p(\d{1,3}(?:\.\d{1,5})?)$/
const COUNTED = ['errors', 'rate', 'count', 'failures'] as const
const METRICS = [
  'p50',
  'p95',
  'p99',
  'med',
  'min',
  'avg',
  'max',
  ...COUNTED,
  'checks',
  'counter',
  'gauge',
  'dropped',
  'lateness.p99',
  'latency.p95',
  'trend.p95',
  'monitor',
  'generator.cpu',
]

/** The metric, or what is wrong with it. `argument`: what stands in parentheses, undefined without any. */
export function metricOf(word: string, argument: string | undefined): ThresholdMetric | string {
  const monitor = monitorMetricOf(word, argument)
  if (monitor !== undefined) return monitor
  const selector = parseSelector(argument ?? '')
  if (typeof selector === 'string') return selector
  const { series, ...apart } = selector
  const counted = COUNTED.find((kind) => kind === word)
  if (counted !== undefined) return { kind: counted, ...selector }
  const dot = word.indexOf('.')
  const source = word.slice(0, Math.max(0, dot))
  const phase = PHASE_NAMES.find((each) => each === source)
  if (phase !== undefined) return phaseOf(phase, word.slice(dot + 1), selector)
  const isOfRun = word === 'dropped' || word === 'generator.cpu' || source === 'lateness'
  if (isOfRun && (series !== '' || apart.tags !== undefined)) {
    return `"${word}" is of the whole run and takes no name`
  }
  if (word === 'dropped') return { kind: 'dropped' }
  if (word === 'generator.cpu') return { kind: 'cpu' }
  const of = TIMED.find((each) => each === source)
  const timed = timedOf(of ?? 'response', of === undefined ? word : word.slice(dot + 1), selector)
  if (timed !== undefined && of !== 'trend') return timed
  if (!isByScenario(apart.tags)) return `"${word}" is kept by scenario, but not by tag`
  if (word === 'checks') return { kind: 'checks', name: series, ...apart }
  if (word === 'counter' || word === 'gauge' || of === 'trend') {
    if (series === '') return `"${word}" is of a custom metric, whose name belongs in parentheses`
    if (word === 'counter' || word === 'gauge') {
      return { kind: 'metric', type: word, name: series, ...apart }
    }
  }
  if (timed !== undefined) return timed
  const meant = didYouMean(word, METRICS)
  const isAlone = argument === undefined || (series === '' && apart.tags !== undefined)
  if (isAlone && dot < 0 && meant === '') {
    return { kind: 'metric', type: 'any', name: word, ...apart }
  }
  return `"${word}" is not a metric. ${meant}`.trim()
}

/** Checks and custom metrics are: they know no tags of requests. */
function isByScenario(tags: Tags | undefined): boolean {
  return Object.keys(tags ?? {}).every((key) => key === SCENARIO_TAG)
}

/** Of requests a rate is per time; a percentage can only be how often a custom metric was true. */
export function shareOf(metric: ThresholdMetric, limit: string): ThresholdMetric {
  if (metric.kind !== 'rate' || metric.series === '' || !limit.endsWith('%')) return metric
  const { series, tags } = metric
  return isByScenario(tags)
    ? { kind: 'metric', type: 'rate', name: series, ...(tags !== undefined && { tags }) }
    : metric
}

function timedOf(
  of: TimedQuantity,
  word: string,
  selector: SeriesSelector,
): ThresholdMetric | undefined {
  if (word === 'min' || word === 'avg' || word === 'max') return { kind: word, of, ...selector }
  const percentile = Number(word === 'med' ? 50 : (PERCENTILE.exec(word)?.[1] ?? Number.NaN))
  return percentile <= 100 ? { kind: 'percentile', of, percentile, ...selector } : undefined
}

function phaseOf(
  phase: PhaseName,
  statistic: string,
  selector: SeriesSelector,
): ThresholdMetric | string {
  if (statistic === 'avg') return { kind: 'phase', phase, ...selector }
  return `of a phase only the mean is kept, "${phase}.avg"`
}
