import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { oracleOf } from './oracle.test-kit.ts'
import { fitUsl, fitUslQuadratic, type UslPoint } from './usl.ts'
import {
  type UslModel,
  uslConcurrencyAt,
  uslConcurrencyAtLatency,
  uslPeak,
  uslThroughput,
} from './usl-model.ts'

const oracle = oracleOf('usl-fits')

describe('fits', () => {
  test.each(oracle.of<{ points: UslPoint[] }>('fit'))('$id', (one) => {
    const fit = fitUsl(one.input.points)
    if (one.expected['refused'] === true) {
      expect(fit).toBeNull()
      return
    }
    oracle.check(one, { ...fit, ...fit?.confidence })
  })
  test.each(oracle.of<{ points: UslPoint[] }>('quadraticFit'))('$id', (one) => {
    const model = fitUslQuadratic(one.input.points)
    oracle.check(one, { ...model, peakConcurrency: uslPeak(model) })
  })
  test('points made by a law are that law again', () => {
    const laws = fc.record({
      sigma: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
      kappa: fc.double({ min: 1e-5, max: 0.01, noNaN: true }),
      lambdaPerSec: fc.double({ min: 1, max: 10_000, noNaN: true }),
    })
    fc.assert(
      fc.property(laws, (law) => {
        const points = [1, 2, 4, 8, 16, 32, 64].map((concurrency) => ({
          concurrency,
          throughputPerSec: uslThroughput(law, concurrency),
        }))
        const fit = fitUsl(points)!
        expect(fit.rSquared).toBeGreaterThan(0.999999)
        expect(fit.lambdaPerSec / law.lambdaPerSec).toBeCloseTo(1, 3)
      }),
      { numRuns: 50 },
    )
  })
})

interface Query {
  readonly concurrency?: number
  readonly throughputPerSec?: number
  readonly latencySec?: number
}
describe('predictions', () => {
  test.each(oracle.of<UslModel & { queries: Query[] }>('predict'))('$id', (one) => {
    const { queries, ...model } = one.input
    const answers = queries.map((query) => {
      if (query.concurrency !== undefined) {
        const throughputPerSec = uslThroughput(model, query.concurrency)
        return { throughputPerSec, latencySec: query.concurrency / throughputPerSec }
      }
      if (query.throughputPerSec !== undefined) {
        const { low, high } = uslConcurrencyAt(model, query.throughputPerSec)
        return { concurrencyLow: low, concurrencyHigh: high }
      }
      const concurrency = uslConcurrencyAtLatency(model, query.latencySec!)
      const throughputPerSec = concurrency === null ? null : concurrency / query.latencySec!
      return { concurrency, throughputPerSec }
    })
    const peakConcurrency = uslPeak(model)
    oracle.check(one, {
      answers,
      peakConcurrency,
      peakThroughputPerSec: peakConcurrency && uslThroughput(model, peakConcurrency),
      ceilingThroughputPerSec: model.lambdaPerSec / model.sigma,
      optimalConcurrency: 1 / model.sigma,
    })
  })
})
