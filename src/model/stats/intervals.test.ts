import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { binomialCdf, fisherTail, studentQuantile } from './beta.ts'
import { effectiveCount, minimumCount, quantileRanks, wilson } from './intervals.ts'
import { oracleOf } from './oracle.test-kit.ts'

const oracle = oracleOf('capacity-search')

describe('the published cases', () => {
  test.each(oracle.of<{ count: number; quantile: number }>('quantileRanks'))('$id', (one) => {
    const { lower, upper } = quantileRanks(one.input.count, one.input.quantile)
    expect({ lowerRank: lower, upperRank: upper }).toEqual(one.expected)
  })
  test.each(oracle.of<{ quantile: number }>('minimumCount'))('$id', (one) => {
    expect({ count: minimumCount(one.input.quantile) }).toEqual(one.expected)
  })
  test.each(oracle.of<{ errors: number; count: number }>('errorVerdict'))('$id', (one) => {
    const { low, high } = wilson(one.input.errors, one.input.count)
    const { verdict: _, ...wanted } = one.expected
    oracle.check(one, { wilsonLow: low, wilsonHigh: high }, wanted)
  })
})

test('distributions agree with their tables', () => {
  expect(binomialCdf(2, 10, 0.5)).toBeCloseTo(56 / 1024, 12)
  expect(studentQuantile(0.975, 3)).toBeCloseTo(3.182446, 5)
  expect(studentQuantile(0.975, 1_000)).toBeCloseTo(1.962339, 5)
  expect(fisherTail(3.490295, 3, 12)).toBeCloseTo(0.05, 5)
})

test('an interval holds the share it was counted from, and narrows with the count', () => {
  const counts = fc.integer({ min: 1, max: 100_000 })
  fc.assert(
    fc.property(counts, fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
      const hits = Math.round(share * count)
      const { low, high } = wilson(hits, count)
      expect(low).toBeLessThanOrEqual(hits / count + 1e-12)
      expect(high).toBeGreaterThanOrEqual(hits / count - 1e-12)
      const more = wilson(hits * 10, count * 10)
      expect(more.high - more.low).toBeLessThanOrEqual(high - low + 1e-12)
    }),
  )
})

describe('values that come in batches', () => {
  test('are worth as many as they are when the batches do not differ', () => {
    expect(
      effectiveCount([
        { count: 100, hits: 5 },
        { count: 100, hits: 5 },
      ]),
    ).toBe(200)
  })
  test('are worth one per batch when each batch is all or nothing', () => {
    const batches = Array.from({ length: 20 }, (_, index) => ({
      count: 100,
      hits: index % 2 === 0 ? 100 : 0,
    }))
    expect(effectiveCount(batches)).toBeLessThanOrEqual(20)
  })
})
