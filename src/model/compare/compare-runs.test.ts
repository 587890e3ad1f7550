import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ComparedMetric, Comparison } from '../../contracts/compare.ts'
import type { SeriesDelta } from '../../contracts/snapshot.ts'
import type { Window } from '../../contracts/window.ts'
import { LogHistogram } from '../metrics/histogram.ts'
import { compareRuns, pairRuns } from './compare-runs.ts'
import {
  compareSimulated,
  deltaOf,
  resultOfSimulated,
  SHOP,
  type Simulated,
  slower,
  tableOf,
  windowOf,
} from './simulated-run.test-kit.ts'
import { DEFAULT_TOLERANCE } from './tolerance.ts'

const SHORT: Simulated = { ...SHOP, seconds: 60 }
const PAIRING = pairRuns(resultOfSimulated(SHORT), resultOfSimulated(SHORT))

/** Of a minute that `second` makes. */
const minute = (second: (index: number) => SeriesDelta[]): Window[] =>
  Array.from({ length: 60 }, (_, index) => windowOf(index, second(index)))
const compare = (a: Window[], b: Window[], tolerance = DEFAULT_TOLERANCE): Comparison =>
  compareRuns(PAIRING, tableOf(a, PAIRING.span), tableOf(b, PAIRING.span), tolerance)
/** Response times in ms. */
const answers = (name: string, timesMs: number[], failures = 0): SeriesDelta => {
  const response = new LogHistogram()
  for (const ms of timesMs) response.record(ms * 1_000)
  return deltaOf(name, response, failures)
}
const spread = (middleMs: number, second: number): number[] =>
  Array.from({ length: 40 }, (_, index) => middleMs * (0.8 + (index + (second % 5)) / 100))
const metricOf = ({ totals, series }: Comparison, metric: ComparedMetric, name?: string) => {
  const of = name === undefined ? totals : series.find((each) => each.name === name)
  return of!.metrics.find((each) => each.metric === metric)!
}

describe('a run and itself', () => {
  test('are the same in every figure', () => {
    const windows = minute((second) => [answers('/', spread(50, second))])
    const comparison = compare(windows, windows)
    expect(comparison.verdict).toBe('same')
    for (const metric of ['p50', 'p95', 'mean', 'errors', 'rate'] as const) {
      expect(metricOf(comparison, metric)).toMatchObject({ change: 0, verdict: 'same' })
    }
  })
})

describe('what is compared', () => {
  test('are the figures that the result of the run has', () => {
    const all = new LogHistogram()
    const windows = minute((second) => {
      for (const ms of spread(50, second)) all.record(ms * 1_000)
      return [answers('/', spread(50, second))]
    })
    const comparison = compare(windows, windows)
    for (const percent of [50, 95, 99] as const) {
      expect(metricOf(comparison, `p${percent}`).a).toBe(all.percentileUs(percent) / 1_000)
    }
    expect(metricOf(comparison, 'mean').a).toBeCloseTo(all.sumUs / all.count / 1_000)
    expect(metricOf(comparison, 'rate').a).toBeCloseTo(40)
  })

  test('leaves out what either run has before its warm-up ends or after its load', () => {
    const a = resultOfSimulated(SHORT)
    const warmup = { kind: 'fixed', endMs: 10_000, steady: null, why: 'by the plan' } as const
    const pairing = pairRuns(a, { ...a, warmup })
    expect(pairing.span).toMatchObject({ fromMs: 10_000, toMs: 60_000 })
    expect(pairing.notComparable).toEqual([])
  })

  test('are series that both have; the others are named', () => {
    const both = (second: number) => answers('/', spread(50, second))
    const comparison = compare(
      minute((second) => [both(second), answers('/old', [9])]),
      minute((second) => [both(second), answers('/new', [9])]),
    )
    expect(comparison).toMatchObject({ onlyInA: ['GET /old'], onlyInB: ['GET /new'] })
    expect(comparison.series.map(({ name }) => name)).toEqual(['/'])
  })

  test('are not tasks that threw', () => {
    const task = { ...answers('buy', [1]), kind: 'task', method: 'TASK' }
    const windows = minute((second) => [answers('/', spread(50, second)), task])
    expect(compare(windows, windows).series.map(({ kind }) => kind)).toEqual(['http'])
  })
})

describe('a verdict', () => {
  const base = minute((second) => [
    answers('/', spread(50, second)),
    answers('/pay', spread(80, second)),
  ])

  test('is worse for the series that got slower, and for no other', () => {
    const comparison = compare(
      base,
      minute((second) => [answers('/', spread(50, second)), answers('/pay', spread(104, second))]),
    )
    expect(comparison.verdict).toBe('worse')
    expect(metricOf(comparison, 'p95', '/pay')).toMatchObject({ verdict: 'worse' })
    expect(metricOf(comparison, 'p95', '/pay').change).toBeCloseTo(0.3, 1)
    expect(metricOf(comparison, 'p95', '/').verdict).toBe('same')
  })

  test('is worse when there are more errors, or fewer requests', () => {
    const failing = compare(
      base,
      minute((second) => [
        answers('/', spread(50, second), second % 2),
        answers('/pay', spread(80, second)),
      ]),
    )
    expect(metricOf(failing, 'errors', '/')).toMatchObject({
      a: 0,
      b: 30 / 2_400,
      verdict: 'worse',
    })
    const fewer = compare(
      base,
      minute((second) => [
        answers('/', spread(50, second).slice(second % 5 === 0 ? 6 : 4)),
        answers('/pay', spread(80, second)),
      ]),
    )
    expect(metricOf(fewer, 'rate', '/').verdict).toBe('worse')
  })

  test('leaves differences alone that are smaller than the tolerance', () => {
    const twice = [
      minute((second) => [answers('/', spread(0.3, second))]),
      minute((second) => [answers('/', spread(0.6, second))]),
    ] as const
    expect(metricOf(compare(...twice), 'p95').verdict).toBe('same')
    const strict = { ...DEFAULT_TOLERANCE, ms: 0 }
    expect(metricOf(compare(...twice, strict), 'p95').verdict).toBe('worse')
  })

  test('is undecided, with a reason, of a percentile of too few requests', () => {
    const rare = minute((second) => [answers('/', second % 4 === 0 ? [50] : [])])
    const comparison = compare(rare, rare)
    const reason = { verdict: 'undecided', why: '15 requests, and it takes 20' }
    expect(metricOf(comparison, 'p50')).toMatchObject({ ...reason, change: null, pValue: null })
    expect(comparison.verdict).toBe('undecided')
  })

  test('says how much longer runs would tell', () => {
    const noisy = (factor: number) =>
      minute((second) => [answers('/', spread(50 * factor * (1 + (second % 9) / 20), second))])
    expect(metricOf(compare(noisy(1), noisy(1.08)), 'mean').why).toMatch(/about \d+ min would tell/)
  })
})

describe('for any two runs', () => {
  const wander = fc.double({ min: 0, max: 0.3, noNaN: true })
  const factor = fc.double({ min: 0.5, max: 2, noNaN: true })
  const run = (level: number): Simulated => ({ ...SHORT, wander: level, series: [SHOP.series[2]!] })

  test('the other way round it is the other verdict, and the change is in its interval', () => {
    const opposite = { worse: 'better', better: 'worse', same: 'same', undecided: 'undecided' }
    fc.assert(
      fc.property(wander, factor, fc.nat(1_000), (level, times, seed) => {
        const [a, b] = [run(level), slower(run(level), times)]
        const there = metricOf(compareSimulated(a, seed, b, seed + 1), 'mean')
        const back = metricOf(compareSimulated(b, seed + 1, a, seed), 'mean')
        expect(there.low).toBeLessThanOrEqual(there.change!)
        expect(there.high).toBeGreaterThanOrEqual(there.change!)
        expect(Math.sign(there.change!)).toBe(-Math.sign(back.change!))
        if (isClear(there) && isClear(back)) {
          expect(back.verdict).toBe(opposite[there.verdict])
        }
      }),
      { numRuns: 15 },
    )
  })

  /** Not so near a limit that 5 % up and 5 % down make the difference. */
  function isClear({ low, high }: { low: number | null; high: number | null }): boolean {
    const off = [low!, high!].map((each) => Math.min(Math.abs(each - 0.05), Math.abs(each + 0.05)))
    return Math.min(...off) > 0.03
  }
})

test('the same two runs give the same comparison every time', () => {
  const [a, b] = [compareSimulated(SHORT, 1, SHORT, 2), compareSimulated(SHORT, 1, SHORT, 2)]
  expect(a).toEqual(b)
})
