import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SlidingTally, Tally, WholeTally } from './span-tally.ts'

const part = (valuesUs: readonly number[], failed = 0): Tally => {
  const tally = new Tally(true)
  tally.count = valuesUs.length
  tally.failed = failed
  for (const us of valuesUs) {
    tally.histogram!.record(us)
    tally.sum += us
  }
  return tally
}
const figures = ({ count, failed, sum, histogram }: Tally) => ({
  count,
  failed,
  sum,
  timed: histogram!.count,
  sumUs: histogram!.sumUs,
  minUs: histogram!.minUs,
  maxUs: histogram!.maxUs,
  percentiles: [0, 1, 50, 95, 99.9, 100].map((percent) => histogram!.percentileUs(percent)),
})

test('a window that leaves takes its extremes with it', () => {
  const sliding = new SlidingTally(2, true)
  sliding.add(0, part([9_000_000], 1))
  sliding.add(1, part([5]))
  sliding.add(2, part([7]))
  sliding.advanceTo(1)
  expect(figures(sliding.now)).toMatchObject({ count: 2, failed: 1, maxUs: 9_000_000, minUs: 5 })
  sliding.advanceTo(2)
  expect(figures(sliding.now)).toMatchObject({ count: 2, failed: 0, maxUs: 7, minUs: 5, sumUs: 12 })
  sliding.advanceTo(9)
  expect(figures(sliding.now)).toEqual(figures(part([])))
})

test('a window that is still open is not in the span, a late part of a closed one is', () => {
  const sliding = new SlidingTally(3, true)
  sliding.advanceTo(4)
  sliding.add(5, part([50]))
  sliding.add(2, part([20]))
  sliding.add(1, part([10]))
  expect(sliding.now.count).toBe(1)
  sliding.advanceTo(5)
  expect(figures(sliding.now)).toEqual(figures(part([50])))
})

test('the span always says what its windows say, in whatever order and number the parts came', () => {
  const steps = fc.array(
    fc.record({
      ahead: fc.integer({ min: -6, max: 3 }),
      valuesUs: fc.array(fc.integer({ min: 0, max: 4_000_000_000 }), { maxLength: 8 }),
      failed: fc.integer({ min: 0, max: 3 }),
      advance: fc.integer({ min: 0, max: 2 }),
    }),
    { maxLength: 40 },
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (windows, list) => {
      const sliding = new SlidingTally(windows, true)
      const whole = new WholeTally(true)
      const kept: { window: number; valuesUs: number[]; failed: number }[] = []
      let last = -1
      for (const { ahead, valuesUs, failed, advance } of list) {
        const window = Math.max(0, last + ahead)
        sliding.add(window, part(valuesUs, failed))
        whole.add(window, part(valuesUs, failed))
        kept.push({ window, valuesUs, failed })
        last += advance
        sliding.advanceTo(last)
        const within = kept.filter((each) => each.window <= last && each.window > last - windows)
        const failures = within.reduce((sum, each) => sum + each.failed, 0)
        expect(figures(sliding.now)).toEqual(
          figures(
            part(
              within.flatMap((each) => each.valuesUs),
              failures,
            ),
          ),
        )
      }
      const all = kept.flatMap((each) => each.valuesUs)
      expect(figures(whole.now)).toEqual(
        figures(
          part(
            all,
            kept.reduce((sum, each) => sum + each.failed, 0),
          ),
        ),
      )
    }),
    { numRuns: 300 },
  )
})
