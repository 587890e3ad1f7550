import { describe, expect, it } from 'vitest'
import type { TrendMetric, TrendRun } from '../../../src/contracts/trend.ts'
import type { Trend } from '../api/history.ts'
import { trendLine } from './trend-line.ts'

const runOf = (p95Ms: number | null, at: number, leftOut: string | null = null): TrendRun => ({
  id: `r${at}`,
  startedAt: '2026-11-21T12:00:00Z',
  commit: null,
  branch: null,
  passed: true,
  isBaseline: false,
  p95Ms,
  ratePerSec: 1,
  errorRatio: 0,
  leftOut,
})
const P95: TrendMetric = { metric: 'p95', unit: 'ms', changes: [] }
const SIZE = { width: 172, height: 100 }
const trendOf = (runs: readonly TrendRun[]): Trend => ({
  schema: 'onrush.trend/1',
  name: 'shop',
  reference: null,
  runs,
  metrics: [],
})

describe('the line of a trend', () => {
  it('goes through the runs that make the series and past those left out', () => {
    const runs = [runOf(10, 0), runOf(20, 1, 'another host'), runOf(null, 2), runOf(10, 3)]
    const { points, path } = trendLine(trendOf(runs), P95, SIZE)
    expect(points.map(({ run }) => run.id)).toEqual(['r0', 'r1', 'r3'])
    expect(path.match(/[ML]/g)).toEqual(['M', 'L'])
  })
  it('begins at 0, and its heights are named', () => {
    const { points, ticks } = trendLine(trendOf([runOf(0, 0), runOf(50, 1)]), P95, SIZE)
    expect(points.map(({ y }) => y)).toEqual([92, 8])
    expect(ticks.map(({ y, value }) => [value, y])).toEqual([
      [0, 92],
      [25, 50],
      [50, 8],
    ])
  })
  it('has a level on either side of a change, which is drawn between two runs', () => {
    const change = {
      id: 'r2',
      before: 10,
      after: 20,
      change: 1,
      pValue: 0,
      verdict: 'worse',
    } as const
    const runs = [10, 10, 20, 20, 20].map((ms, at) => runOf(ms, at))
    const { levels, changes } = trendLine(trendOf(runs), { ...P95, changes: [change] }, SIZE)
    expect(changes).toEqual([{ x: 101.5, verdict: 'worse' }])
    expect(levels.map(({ fromX, toX }) => [fromX, toX])).toEqual([
      [64, 101.5],
      [101.5, 164],
    ])
    expect(levels[0]!.y).toBeGreaterThan(levels[1]!.y)
  })
  it('of one run, or none, is no line', () => {
    expect(trendLine(trendOf([]), P95, SIZE)).toMatchObject({ points: [], path: '', levels: [] })
    expect(trendLine(trendOf([runOf(5, 0)]), P95, SIZE).path).toMatch(/^M[\d.]+ [\d.]+$/)
  })
})
