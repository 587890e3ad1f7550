import { describe, expect, test } from 'vitest'
import type { RunResult } from '../../contracts/result.ts'
import type { RunRecord } from '../../contracts/store.ts'
import { resultOf } from '../report/result.test-kit.ts'
import { CHANGE_POINT_RULES } from '../stats/change-points.ts'
import { oracleOf } from '../stats/oracle.test-kit.ts'
import { type TrendMember, trendOf } from './trend.ts'

const RECORD: RunRecord = {
  id: '',
  name: 'shop',
  script: 'shop.ts',
  startedAtEpochMs: 0,
  state: 'finished',
  isBaseline: false,
  tags: {},
  commit: 'c0ffee12',
  durationMs: 60_000,
  passed: true,
  reason: '',
  requests: 1_000,
  failures: 0,
  ratePerSec: 100,
  p95Ms: 100,
}

const memberOf = (
  number: number,
  more: Partial<RunRecord> = {},
  result: Partial<RunResult> = {},
): TrendMember => ({ record: { ...RECORD, id: `r${number}`, ...more }, result: resultOf(result) })
const runsOf = (p95s: readonly number[]): TrendMember[] =>
  p95s.map((p95Ms, number) => memberOf(number, { p95Ms }))
const p95Of = (members: readonly TrendMember[]) => trendOf('shop', members).metrics[0]!

describe('published series', () => {
  interface Input {
    series: number[]
    windowLength: number
    maxPValue: number
    minMagnitude: number
  }
  const { windowLength, maxPValue } = CHANGE_POINT_RULES
  const cases = oracleOf('regression')
    .of<Input, { indices: number[] }>('changePoint')
    .filter(({ input }) => input.series.every((each) => each > 0))
    .filter(({ input }) => input.windowLength === windowLength && input.maxPValue === maxPValue)
    .filter(({ input }) => input.minMagnitude === 0)
  test.each(cases)('$id', ({ id, input, expected }) => {
    // In so many ms that the least difference, which is 1 ms, decides nothing.
    const { changes } = p95Of(runsOf(input.series.map((each) => each * 1_000)))
    // A step of 4 % is a change, and of no consequence.
    const wanted = id === 'cp-small-step' ? [] : expected.indices
    expect(changes.map((change) => Number(change.id.slice(1)))).toEqual(wanted)
  })
})

const STEP = [...Array(12).fill(100), ...Array(12).fill(130)].map((ms, at) => ms + (at % 3))

test('a step is found at the run that began it, in its direction and size', () => {
  const [change, ...others] = p95Of(runsOf(STEP)).changes
  expect(others).toEqual([])
  expect(change).toMatchObject({ id: 'r12', verdict: 'worse', before: 101, after: 131 })
  expect(change!.change).toBeCloseTo(30 / 101)
  expect(p95Of(runsOf([...STEP].reverse())).changes[0]!.verdict).toBe('better')
})

test('what is no difference between two runs is no change: 4 %, and less than a millisecond', () => {
  expect(p95Of(runsOf(STEP.map((ms) => (ms < 110 ? 100 : 104)))).changes).toEqual([])
  expect(p95Of(runsOf(STEP.map((ms) => (ms < 110 ? 1 : 1.9)))).changes).toEqual([])
})

test('more errors are worse, also where there were none before', () => {
  const runs = STEP.map((ms, number) => memberOf(number, { failures: ms < 110 ? 0 : 20 }))
  const errors = trendOf('shop', runs).metrics[2]!
  expect(errors.changes).toMatchObject([{ id: 'r12', verdict: 'worse', before: 0 }])
  expect(errors.changes[0]!.change).toBeCloseTo(0.02)
})

test('fewer requests per second are worse', () => {
  const runs = STEP.map((ms, number) => memberOf(number, { ratePerSec: ms < 110 ? 100 : 50 }))
  expect(trendOf('shop', runs).metrics[1]!.changes).toMatchObject([
    { verdict: 'worse', change: -0.5 },
  ])
})

describe('left out, with the reason, is', () => {
  const base = resultOf()
  const slow = (number: number, more: Partial<RunRecord>, result: Partial<RunResult> = {}) =>
    memberOf(number, { p95Ms: 900, ...more }, result)
  const whyNot = (odd: TrendMember): string | null => {
    const members = [...runsOf(STEP.slice(0, 12)), odd, ...runsOf(STEP.slice(0, 6))]
    const trend = trendOf('shop', members)
    expect(trend.metrics[0]!.changes).toEqual([])
    return trend.runs[12]!.leftOut
  }
  test('a run on another host', () => {
    const run = { ...base.run, host: 'http://other' }
    expect(whyNot(slow(99, {}, { run }))).toMatch(/^the host differs: A http:\/\/other, B /)
  })
  test('a run whose generator was the limit', () => {
    const generator = { ...base.generator, trustworthy: false, reasons: ['CPU was busy'] }
    expect(whyNot(slow(99, {}, { generator }))).toContain('CPU was busy')
  })
  test('a run that was cut off, goes on, or measured nothing', () => {
    expect(whyNot(slow(99, { state: 'cut-off', p95Ms: null }))).toBe('it was cut off')
    expect(whyNot(slow(99, { state: 'running', p95Ms: null }))).toBe('it still goes on')
    expect(whyNot(slow(99, { p95Ms: null, requests: 0 }))).toBe('nothing was measured')
  })
})

test('one run with another load at the end is left out, and the series goes on', () => {
  const other = { run: { ...resultOf().run, host: 'http://other' } }
  const odd = memberOf(3, {}, other)
  expect(trendOf('shop', [...runsOf([1, 2, 3]), odd]).reference).toBe('r2')
  const both = [memberOf(4, {}, other), memberOf(5, {}, other)]
  expect(trendOf('shop', [...runsOf([1, 2, 3]), odd, ...both]).reference).toBe('r5')
})

test('the newest run that can stand for itself is what others are held against', () => {
  const generator = { ...resultOf().generator, trustworthy: false, reasons: ['CPU was busy'] }
  const trend = trendOf('shop', [...runsOf([100, 101]), memberOf(2, {}, { generator })])
  expect(trend.reference).toBe('r1')
  expect(trend.runs.map(({ leftOut }) => leftOut === null)).toEqual([true, true, false])
})

test('of no runs, or none that says anything, there is a trend without anything', () => {
  expect(trendOf('shop', [])).toMatchObject({ reference: null, runs: [] })
  const trend = trendOf('shop', [memberOf(0, { p95Ms: null })])
  expect(trend).toMatchObject({ reference: null, runs: [{ leftOut: 'nothing was measured' }] })
})
