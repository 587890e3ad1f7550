import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BUCKETS, bucketOf, LogHistogram, nearestRank, upperEdgeUs } from './histogram.ts'

interface Point {
  percent: number
  rank: number
  nearestRank: number
}
interface Case {
  id: string
  kind: string
  input: {
    values?: number[]
    parts?: number[][]
    counts?: { value: number; count: number }[]
    percents: number[]
  }
  expected: { count: number; min: number; max: number; mean: number; percentiles: Point[] }
}
const path = '../../../test/fixtures/oracles/insight/histogram.json'
const oracle = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { cases: Case[] }

const of = (values: readonly number[]): LogHistogram => {
  const histogram = new LogHistogram()
  for (const value of values) histogram.record(value)
  return histogram
}
const exact = (values: readonly number[], percent: number): number =>
  [...values].sort((a, b) => a - b)[nearestRank(percent, values.length) - 1]!

const expectNear = (got: number, want: number): void => {
  expect(Math.abs(got - want)).toBeLessThanOrEqual(Math.max(0.5, want * 0.004))
}

describe('histogram: layout', () => {
  test('buckets follow each other without gap or overlap up to an hour', () => {
    for (let bucket = 1; bucket <= bucketOf(3_600_000_000); bucket++) {
      const below = upperEdgeUs(bucket - 1)
      expect(bucketOf(below)).toBe(bucket - 1)
      expect(bucketOf(below + 1)).toBe(bucket)
    }
    expect(bucketOf(Number.MAX_VALUE)).toBeLessThan(BUCKETS)
  })

  test('the upper edge of a bucket is at most 0.4 % above anything in it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600_000_000 }), (us) => {
        const edge = upperEdgeUs(bucketOf(us))
        expect(edge).toBeGreaterThanOrEqual(us)
        expect(edge - us).toBeLessThanOrEqual(us * 0.004)
      }),
    )
  })
})

describe('histogram: values', () => {
  test('any percentile is within 0.4 % of the exact nearest rank', () => {
    const values = fc.array(fc.double({ min: 0, max: 3.6e9, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 100, noNaN: true }), (list, raw) => {
        const percent = Math.round(raw * 1e5) / 1e5
        expectNear(of(list).percentileUs(percent), exact(list, percent))
      }),
    )
  })

  test('merged in any order and grouping equals recorded in one', () => {
    const parts = fc.array(fc.array(fc.integer({ min: 0, max: 4_000_000_000 })), { maxLength: 6 })
    fc.assert(
      fc.property(parts, (lists) => {
        const one = of(lists.flat())
        const merged = new LogHistogram()
        for (const list of [...lists].reverse()) merged.mergeFrom(of(list))
        expect([merged.count, merged.sumUs, merged.minUs, merged.maxUs]).toEqual([
          one.count,
          one.sumUs,
          one.minUs,
          one.maxUs,
        ])
        for (const p of [0, 10, 50, 99, 100]) {
          expect(merged.percentileUs(p)).toEqual(one.percentileUs(p))
        }
      }),
    )
  })

  test('after reset nothing is left and its memory is used again', () => {
    const histogram = of([5, 70_000])
    const counts = histogram._counts
    histogram.reset()
    expect(histogram.count).toBe(0)
    expect(histogram.percentileUs(50)).toBeNaN()
    histogram.record(70_001)
    expect(histogram._counts).toBe(counts)
    expect(histogram.percentileUs(0)).toBe(70_001)
  })

  test('beyond an hour the maximum stays true', () => {
    expect(of([1, 9e12]).percentileUs(100)).toBe(9e12)
  })

  test('NaN and negative durations count as 0 and poison nothing', () => {
    const histogram = of([Number.NaN, -3, 8])
    expect([histogram.count, histogram.minUs, histogram.sumUs]).toEqual([3, 0, 8])
  })

  test('an empty histogram has no percentiles, not zeros', () => {
    const histogram = new LogHistogram()
    expect([histogram.minUs, histogram.maxUs, histogram.percentileUs(99)]).toEqual([NaN, NaN, NaN])
  })
})

describe('histogram: published cases', () => {
  const isWhole = (c: Case): boolean => (c.input.values ?? []).every((v) => v >= 0)
  const single = oracle.cases.filter((c) => c.kind === 'percentiles' && isWhole(c))
  test.each(single)('percentiles of $id', ({ input, expected }) => {
    const histogram = of(input.values!)
    expect([histogram.count, histogram.minUs, histogram.maxUs]).toEqual([
      expected.count,
      expected.min,
      expected.max,
    ])
    expect(histogram.sumUs / histogram.count).toBeCloseTo(expected.mean, 9)
    for (const point of expected.percentiles) {
      expect(nearestRank(point.percent, expected.count)).toBe(point.rank)
      expectNear(histogram.percentileUs(point.percent), point.nearestRank)
    }
  })

  test.each(oracle.cases.filter((c) => c.kind === 'merge'))('merge of $id', (one) => {
    const merged = new LogHistogram()
    for (const part of one.input.parts!) merged.mergeFrom(of(part))
    expect(merged.count).toBe(one.expected.count)
    expect(merged.sumUs / merged.count).toBeCloseTo(one.expected.mean, 9)
    for (const point of one.expected.percentiles) {
      expectNear(merged.percentileUs(point.percent), point.nearestRank)
    }
  })

  test.each(oracle.cases.filter((c) => c.kind === 'countedPercentiles'))('counts of $id', (one) => {
    const histogram = new LogHistogram()
    for (const { value, count } of one.input.counts!) {
      histogram.addToBucket(bucketOf(value), count)
      histogram.addExact(count, count * value, value, value)
    }
    expect(histogram.count).toBe(one.expected.count)
    expect(histogram.sumUs / histogram.count).toBeCloseTo(one.expected.mean, 9)
    for (const point of one.expected.percentiles) {
      expect(nearestRank(point.percent, histogram.count)).toBe(point.rank)
      expectNear(histogram.percentileUs(point.percent), point.nearestRank)
    }
  })
})
