import { expect, test } from 'vitest'
import type { MetricKind } from '../../contracts/snapshot.ts'
import { MetricTotals } from '../../model/metrics/metric-totals.ts'
import { measured, requests, rule } from '../../model/plan/threshold.test-kit.ts'
import { Judge } from './judge.ts'

/** One judge of one rule on a metric that is told these values, window by window. */
function judged(text: string, kind: MetricKind, windows: readonly (readonly number[])[]) {
  const judge = new Judge([rule(text)])
  const aborts: number[] = []
  windows.forEach((values, window) => {
    const told = new MetricTotals(kind, 'x')
    values.forEach((value, index) => {
      told.tell(value, window * 1_000 + index)
    })
    judge.add(measured({ window, metrics: values.length === 0 ? [] : [told] }))
    if (judge.onWindow(window) !== undefined) aborts.push(window)
  })
  return { aborts, result: judge.results(windows.length * 1_000)[0]! }
}

test('a counter that still has to reach its limit does not end the run; a gauge below it does', () => {
  const windows = [[2], [2], [2]]
  expect(judged('x >= 6 abort', 'counter', windows)).toMatchObject({
    aborts: [],
    result: { passed: true, observed: 6, firstCrossedAtMs: null },
  })
  expect(judged('x >= 6 abort', 'gauge', windows)).toMatchObject({
    aborts: [0, 1, 2],
    result: { passed: false, observed: 2, firstCrossedAtMs: 1_000 },
  })
})

test('the speed of a counter is over the run, and over a span over that', () => {
  const windows = [[8], [1], [0]]
  expect(judged('counter(x) > 2/s', 'counter', windows).result).toMatchObject({ observed: 3 })
  expect(judged('counter(x) > 2/s over 1s', 'counter', windows).result).toMatchObject({
    passed: false,
    observed: 0,
    firstCrossedAtMs: 2_000,
  })
})

test('one that was never told anything fails, unless the rule lets it pass', () => {
  expect(judged('x >= 0', 'counter', [[], []]).result).toMatchObject({
    passed: false,
    observed: null,
    margin: null,
  })
  expect(judged('rate(x) < 1% noData passes', 'rate', [[]]).result.passed).toBe(true)
  expect(judged('gauge(x) > 0', 'counter', [[5]]).result.observed).toBeNull()
})

test('a trend under the name of no request is judged on spans and at the end of a run that is shorter', () => {
  const judge = new Judge([rule('max(x) < 200ms over 10s'), rule('max(x) < 200ms over 1s')])
  for (const [window, ms] of [300, 100].entries()) {
    const told = new MetricTotals('trend', 'x')
    told.tell(ms, window * 1_000)
    judge.add(measured({ window, metrics: [told], series: [requests('/', [1])] }))
    judge.onWindow(window)
  }
  expect(judge.results(2_000)).toMatchObject([
    { passed: false, observed: 300 },
    { passed: false, observed: 300, firstCrossedAtMs: 1_000 },
  ])
})

test('what was told in a warm-up that is found at the end is left out', () => {
  const texts = ['x >= 0', 'gauge(y) > 0', 'max(z) < 1s']
  const judge = new Judge(texts.map(rule), 0, true)
  for (let window = 0; window < 20; window++) {
    const metrics = [new MetricTotals('counter', 'x'), new MetricTotals('trend', 'z')]
    for (const each of metrics) each.tell(window < 10 ? 100 : 1, window * 1_000)
    const early = new MetricTotals('gauge', 'y')
    early.tell(5, window * 1_000)
    judge.add(measured({ window, metrics: window < 10 ? [...metrics, early] : metrics }))
    judge.onWindow(window)
  }
  judge.leaveOut(10_000)
  expect(judge.results(20_000).map((each) => each.observed)).toEqual([10, null, 1])
})
