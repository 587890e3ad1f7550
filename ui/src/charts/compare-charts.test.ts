import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pseudoRandom, syntheticPoint } from '../../mock/synthetic-run.ts'
import type { ViewPoint } from '../api/types.ts'
import { compareCharts } from './compare-charts.ts'

const random = pseudoRandom(1)
const base = syntheticPoint(
  { index: 0, users: 1, plannedUsers: 1, isPaused: false, isOpen: false },
  random,
)
/** Stretches of `spanMs`, each with its p95 and a hundred requests per second. */
const pointsOf = (p95s: readonly (number | null)[], spanMs = 1_000): ViewPoint[] =>
  p95s.map((p95Ms, at) => ({
    ...base,
    atMs: at * spanMs,
    spanMs,
    p95Ms,
    requests: spanMs / 10,
    failures: 0,
  }))
const valuesOf = (id: string, ...runs: ViewPoint[][]) => {
  const { charts } = compareCharts(runs.map((points, at) => ({ label: `${at}`, points })))
  return charts.find((each) => each.id === id)!.lines.map(({ values }) => values)
}

describe('runs over each other', () => {
  it('are aligned at their starts, and a shorter one ends earlier', () => {
    expect(valuesOf('p95', pointsOf([1, 2, 3]), pointsOf([4, 5]))).toEqual([
      [1, 2, 3],
      [4, 5, null],
    ])
  })
  it('meet on the stretches of the longest: percentiles as the highest within, counts as rates', () => {
    const [long, short] = [pointsOf([10, 20, 30], 2_000), pointsOf([1, 5, 2, null])]
    expect(valuesOf('p95', short, long)).toEqual([
      [5, 2, null],
      [10, 20, 30],
    ])
    expect(valuesOf('rate', short, long)).toEqual([
      [100, 100, null],
      [100, 100, 100],
    ])
  })
  it('of coarser stretches a point stands for all it covers', () => {
    const [fine, coarse] = [pointsOf([1, 2, 3, 4, 5]), pointsOf([10, 20], 2_000)]
    expect(valuesOf('p95', fine, coarse)[1]).toEqual([10, 10, 20, 20, null])
  })
  it('without failures say so instead of drawing a line at 0', () => {
    const { charts } = compareCharts([{ label: 'A', points: pointsOf([1]) }])
    expect(charts.at(-1)).toMatchObject({ id: 'failures', nothing: '0 failures' })
  })
  it('of any lengths have as many values as the longest has stretches', () => {
    const run = fc.record({ count: fc.nat(40), spanMs: fc.constantFrom(1_000, 2_000, 4_000) })
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 4 }), (runs) => {
        const drawn = runs.map(({ count, spanMs }, at) => ({
          label: `${at}`,
          points: pointsOf(Array(count).fill(7), spanMs),
        }))
        const { points, charts } = compareCharts(drawn)
        const lengths = charts.flatMap(({ lines }) => lines.map(({ values }) => values.length))
        expect(new Set(lengths)).toEqual(new Set([points.length]))
      }),
    )
  })
})
