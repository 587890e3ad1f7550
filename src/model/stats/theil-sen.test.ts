import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import { STEADY_POINTS_MAX } from '../../kernel/limits.ts'
import { isFlat, isSteady, type Trend, theilSen } from './theil-sen.ts'

interface Input {
  x: number[]
  y: number[]
}

describe('the published cases', () => {
  const cases = casesOf<Input, Trend & { steady: boolean }>('insight/warmup', 'theilSen')
  test.each(cases)(CASE_NAME, ({ input: { x, y }, expect: wanted }) => {
    const trend = theilSen(x, y)
    for (const key of ['slope', 'low', 'high'] as const)
      expect(trend[key]).toBeCloseTo(wanted[key], 9)
    expect(isFlat(trend, x, y)).toBe(wanted.steady)
  })
})

describe('for any series', () => {
  const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 2, maxLength: 40 })
  const places = (y: readonly unknown[]): number[] => y.map((_, index) => index)

  test('the slope is in its interval, and that of a straight line is the line', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: -50, max: 50 }), (y, slope) => {
        const trend = theilSen(places(y), y)
        expect(trend.low).toBeLessThanOrEqual(trend.slope)
        expect(trend.high).toBeGreaterThanOrEqual(trend.slope)
        expect(
          theilSen(
            places(y),
            places(y).map((x) => slope * x + 7),
          ).slope,
        ).toBeCloseTo(slope)
      }),
    )
  })

  test('backwards it is the same trend the other way', () => {
    fc.assert(
      fc.property(values, (y) => {
        const there = theilSen(places(y), y)
        const back = theilSen(places(y), [...y].reverse())
        expect(back.slope).toBeCloseTo(-there.slope, 9)
      }),
    )
  })

  test('a constant is steady, of any length', () => {
    fc.assert(
      fc.property(fc.integer(), fc.nat(2 * STEADY_POINTS_MAX), (value, length) => {
        expect(isSteady(new Array(length).fill(value))).toBe(true)
      }),
      { numRuns: 20 },
    )
  })
})

test('a long series is folded, and its trend is still seen', () => {
  const long = Array.from({ length: 20 * STEADY_POINTS_MAX + 3 }, (_, index) => 100 + (index % 7))
  expect(isSteady(long)).toBe(true)
  expect(isSteady(long.map((each, index) => each + index / 100))).toBe(false)
})

test('points that all have one x have no slope', () => {
  expect(theilSen([1, 1], [1, 2]).slope).toBeNaN()
})
