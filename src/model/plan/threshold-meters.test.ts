import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Threshold } from '../../contracts/plan.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { allOf, isOfRequests } from '../metrics/series-totals.ts'
import { measured, rule, series } from './threshold.test-kit.ts'
import { Meters } from './threshold-meters.ts'
import { observe } from './threshold-verdict.ts'

const words = ['http', 'task', 'GET', '/', '/cart', 'GET /', 'http /']
const selectors = ['', ...words, 'GET /cart', 'GET http', 'nowhere']
const tagged = [
  'tag:region=eu',
  'http, tag:region=eu',
  'GET /, scenario:buy, tag:region=eu',
  'scenario:buy',
]
const texts = (selector: string): string[] => {
  const at = selector === '' ? '' : `(${selector})`
  return [
    ...['errors', 'checks'].map((metric) => `${metric}${at} < 1%`),
    ...['count', 'failures'].map((metric) => `${metric}${at} < 1`),
    ...['p95', 'max', 'latency.avg', 'wait.avg'].map((metric) => `${metric}${at} < 1s`),
    `rate${at} < 1/s`,
  ]
}
const ofTags = tagged.flatMap((each) => texts(each).filter((text) => !text.startsWith('checks')))
const rules = [...selectors.flatMap(texts), ...ofTags].map(rule)

const seriesOf = fc
  .record({
    kind: fc.constantFrom('http', 'task', 'GET', '/'),
    method: fc.constantFrom('', 'GET', 'http'),
    name: fc.constantFrom('', ...words),
    latenciesMs: fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 5 }),
    lateMs: fc.integer({ min: 0, max: 500 }),
    tags: fc.option(
      fc.dictionary(fc.constantFrom('region', 'scenario'), fc.constantFrom('eu', 'us', 'buy')),
      { nil: undefined },
    ),
  })
  .map(({ kind, method, name, latenciesMs, lateMs, tags }) => {
    const counted = series(kind, method, name, tags)
    counted.requests = latenciesMs.length
    counted.failures = latenciesMs.filter((ms) => ms % 3 === 0).length
    counted.phaseSumsUs[4] = latenciesMs.reduce((sum, ms) => sum + ms, 0) * 500
    if (lateMs > 0) counted.response = new LogHistogram()
    for (const ms of latenciesMs) {
      counted.latency.record(ms * 1_000)
      if (lateMs > 0) counted.response.record((ms + lateMs) * 1_000)
    }
    return counted
  })

/** The meaning of a rule, said the slow way: everything that is selected, as one. */
function plainly({ metric }: Threshold, list: readonly SeriesDelta[]): number | null {
  if (!('series' in metric)) return null
  const isWork = metric.kind === 'errors' || metric.kind === 'failures'
  const all = allOf(
    list.filter(
      (each) =>
        (isWork || isOfRequests(each)) &&
        ['', each.kind, each.name, `${each.method} ${each.name}`].includes(metric.series) &&
        Object.entries(metric.tags ?? {}).every(([key, value]) => each.tags?.[key] === value),
    ),
  )
  if (metric.kind === 'count') return all.requests
  if (all.requests === 0) return null
  switch (metric.kind) {
    case 'errors':
      return (all.failures / all.requests) * 100
    case 'failures':
      return all.failures
    case 'rate':
      return all.requests / 10
    case 'phase':
      return all.phaseSumsUs[4]! / all.requests / 1_000
    case 'avg':
      return all.latency.sumUs / all.requests / 1_000
    default:
      return all.response.percentileUs(metric.kind === 'max' ? 100 : 95) / 1_000
  }
}

test('however many rules share the counting, each sees what it selects, once', () => {
  fc.assert(
    fc.property(fc.array(fc.array(seriesOf, { maxLength: 6 }), { maxLength: 4 }), (snapshots) => {
      const meters = new Meters(rules)
      for (const [window, list] of snapshots.entries()) {
        meters.add(measured({ window, workerIndex: window % 2, series: list }))
      }
      const all = snapshots.flat()
      rules.forEach((threshold, index) => {
        const observed = observe(threshold, meters.readings[index]!, 10_000)
        const wanted = plainly(threshold, all)
        if (wanted === null) expect(observed, threshold.rule).toBeNull()
        else expect(observed, threshold.rule).toBeCloseTo(wanted, 6)
      })
    }),
    { numRuns: 200 },
  )
})
