import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PoissonArrivals } from './poisson-arrivals.ts'
import { RampingArrivals } from './ramping-arrivals.ts'
import { ConstantArrivals } from './schedules.ts'

const SEC = 1e9
const constant = (perSec: number, sec: number | null, seed = 1) =>
  new PoissonArrivals(
    new ConstantArrivals({ arrivals: perSec, perNs: SEC }, sec === null ? null : sec * SEC),
    sec === null ? null : sec * SEC,
    seed,
    'main',
  )
const ramp = (seed: number) => {
  const stages = [{ arrivals: 1_000, durationNs: 20 * SEC }]
  return new PoissonArrivals(new RampingArrivals(SEC, 0, stages), 20 * SEC, seed, 'main')
}
/** Arrivals in each of `bins` equal spans. */
function binned(schedule: PoissonArrivals, spanNs: number, bins: number): number[] {
  return Array.from(
    { length: bins },
    (_, n) => schedule.countBy((n + 1) * spanNs - 1) - schedule.countBy(n * spanNs - 1),
  )
}

describe('Poisson arrivals', () => {
  test('have the mean and the variance of the rate', () => {
    const counts = binned(constant(100, 1_000), SEC, 1_000)
    const mean = counts.reduce((a, b) => a + b) / counts.length
    const variance = counts.reduce((sum, n) => sum + (n - mean) ** 2, 0) / (counts.length - 1)
    // Standard error of the mean 0.32, of the ratio 0.045.
    expect(Math.abs(mean - 100)).toBeLessThan(1.3)
    expect(Math.abs(variance / mean - 1)).toBeLessThan(0.2)
  })
  test('have gaps that are exponential: as many above the mean as e⁻¹ says', () => {
    const schedule = constant(1_000, 20)
    let long = 0
    for (let k = 1; k < schedule.totalCount; k++) {
      if (schedule.dueNs(k) - schedule.dueNs(k - 1) > SEC / 1_000) long++
    }
    expect(Math.abs(long / schedule.totalCount - Math.exp(-1))).toBeLessThan(0.015)
  })
  test('follow a ramp', () => {
    const counts = binned(ramp(3), 5 * SEC, 4)
    const expected = [625, 1_875, 3_125, 4_375]
    counts.forEach((count, n) => {
      expect(Math.abs(count - expected[n]!)).toBeLessThan(5 * Math.sqrt(expected[n]!))
    })
  })
  test('are in order, within the time, and countBy is their inverse', () => {
    const schedules = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 2_000 }), fc.integer({ min: 1, max: 9 }), fc.nat())
        .map(([perSec, sec, seed]) => constant(perSec, sec, seed)),
      fc.nat().map(ramp),
    )
    fc.assert(
      fc.property(
        schedules,
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (schedule, part) => {
          if (schedule.totalCount === 0) return
          const index = Math.floor(part * schedule.totalCount)
          const dueNs = schedule.dueNs(index)
          expect(Number.isInteger(dueNs)).toBe(true)
          expect(dueNs).toBeLessThan(20 * SEC)
          if (index > 0) expect(schedule.dueNs(index - 1)).toBeLessThanOrEqual(dueNs)
          expect(schedule.countBy(dueNs)).toBeGreaterThan(index)
          expect(schedule.countBy(dueNs - 1)).toBeLessThanOrEqual(index)
          expect(schedule.countBy(20 * SEC)).toBe(schedule.totalCount)
        },
      ),
      { numRuns: 60, seed: 20_261_121 },
    )
  })
  test('are the same for everyone who asks, in whatever order; another seed, others', () => {
    const forwards = constant(700, 30)
    const backwards = constant(700, 30)
    const all = Array.from({ length: forwards.totalCount }, (_, k) => forwards.dueNs(k))
    const reversed = all.map((_, k) => backwards.dueNs(all.length - 1 - k)).reverse()
    expect(reversed).toEqual(all)
    expect(constant(700, 30, 2).dueNs(0)).not.toBe(all[0])
  })
  test('go on without end when the base does', () => {
    const schedule = constant(10, null)
    expect(schedule.totalCount).toBe(Number.POSITIVE_INFINITY)
    expect(schedule.dueNs(100_000) / SEC).toBeGreaterThan(9_800)
    expect(schedule.dueNs(100_000) / SEC).toBeLessThan(10_200)
  })
})
