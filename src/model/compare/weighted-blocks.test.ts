import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LogHistogram } from '../metrics/histogram.ts'
import { BlockTable } from './block-table.ts'
import { deltaOf, windowOf } from './simulated-run.test-kit.ts'
import { WeightedBlocks } from './weighted-blocks.ts'

const seconds = fc.array(fc.array(fc.nat(3_000_000), { maxLength: 30 }), {
  minLength: 1,
  maxLength: 8,
})

/** Blocks of one second. */
function blocksOf(blocks: number[][]): WeightedBlocks | undefined {
  const table = new BlockTable()
  blocks.forEach((values, second) => {
    table.add(windowOf(second, [deltaOf('/', histogramOf(values), values.length >> 1)]))
    table.endBlock()
  })
  const [, series] = [...table.series()].find(([key]) => key !== '') ?? []
  return series && new WeightedBlocks(series)
}
function histogramOf(values: number[]): LogHistogram {
  const histogram = new LogHistogram()
  for (const us of values) histogram.record(us)
  return histogram
}

test('figures over weighted blocks are those of the histogram with each block merged so often', () => {
  fc.assert(
    fc.property(seconds, fc.array(fc.nat(4), { minLength: 8, maxLength: 8 }), (blocks, weights) => {
      const weighted = blocksOf(blocks)
      fc.pre(weighted !== undefined)
      const merged = new LogHistogram()
      blocks.forEach((values, at) => {
        for (let n = 0; n < weights[at]!; n++) merged.mergeFrom(histogramOf(values))
      })
      const times = Float64Array.from(weights.slice(0, blocks.length))
      const whole = histogramOf(blocks.flat())
      for (const percent of [1, 50, 95, 99]) {
        const got = weighted!.percentileMs(percent, times, 0) * 1_000
        // Extremes are known of the whole only.
        const wanted = merged.percentileUs(percent)
        if (merged.count === 0) expect(got).toBeNaN()
        else {
          expect(got).toBeGreaterThanOrEqual(Math.max(wanted, whole.minUs) - 1e-6)
          expect(got).toBeLessThanOrEqual(Math.min(wanted * 1.004 + 1, whole.maxUs) + 1e-6)
        }
      }
      if (merged.count > 0) {
        expect(weighted!.meanMs(times, 0)).toBeCloseTo(merged.sumUs / merged.count / 1_000, 6)
      }
    }),
  )
})

test('over every block once they are exactly those of the whole', () => {
  fc.assert(
    fc.property(seconds, (blocks) => {
      const weighted = blocksOf(blocks)
      fc.pre(weighted !== undefined)
      const once = new Float64Array(blocks.length).fill(1)
      const whole = histogramOf(blocks.flat())
      for (const percent of [50, 95, 99, 100]) {
        expect(weighted!.percentileMs(percent, once, 0)).toBe(whole.percentileUs(percent) / 1_000)
      }
      const failures = blocks.reduce((sum, values) => sum + (values.length >> 1), 0)
      expect(weighted!.errorRatio(once, 0)).toBeCloseTo(failures / whole.count)
      expect(weighted!.requestsPerBlock(once, 0)).toBeCloseTo(whole.count / blocks.length)
    }),
  )
})
