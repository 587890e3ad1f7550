import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BOUNDS_MS, durationBuckets } from './duration-buckets.ts'
import { histogramOf } from './window.test-kit.ts'

const times = fc.array(fc.double({ min: 0, max: 200_000, noNaN: true }), { maxLength: 60 })

test('every value is in one bucket, and no bound has more below it than there are', () => {
  fc.assert(
    fc.property(times, (given) => {
      const { counts, count, sumMs } = durationBuckets(histogramOf(given))
      expect(counts).toHaveLength(BOUNDS_MS.length + 1)
      expect(counts.reduce((sum, each) => sum + each, 0)).toBe(given.length)
      expect(count).toBe(given.length)
      expect(sumMs).toBeCloseTo(
        given.reduce((sum, each) => sum + each, 0),
        4,
      )
      let below = 0
      BOUNDS_MS.forEach((bound, index) => {
        below += counts[index]!
        // Values are kept in whole µs.
        expect(below).toBeLessThanOrEqual(given.filter((ms) => ms < bound + 0.0005).length)
        expect(below).toBeGreaterThanOrEqual(
          given.filter((ms) => ms < bound * 0.996 - 0.002).length,
        )
      })
    }),
  )
})
