import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CASE_NAME, casesOf } from '../../../test/fixtures/oracles/cases.ts'
import { batchMeans, mser5, type Truncation } from './mser.ts'

interface Input {
  values: number[]
  batchSize: number
}

describe('the published cases', () => {
  test.each(casesOf<Input, Truncation>('insight/warmup', 'mser5'))(CASE_NAME, (one) => {
    const found = mser5(one.input.values, one.input.batchSize)
    const { score, keptMean, ...whole } = one.expect
    expect(found).toMatchObject(whole)
    expect(Math.abs(found.score - score)).toBeLessThanOrEqual(1e-12 + 1e-6 * score)
    expect(found.keptMean).toBeCloseTo(keptMean, 9)
  })
})

/** By the definition, each score anew. */
function scores(values: readonly number[]): number[] {
  const batches = batchMeans(values, 5)
  return Array.from({ length: Math.floor(batches.length / 2) + 1 }, (_, cut) => {
    const kept = batches.slice(cut)
    const mean = kept.reduce((sum, each) => sum + each, 0) / kept.length
    return kept.reduce((sum, each) => sum + (each - mean) ** 2, 0) / kept.length ** 2
  })
}

describe('for any series', () => {
  const series = fc.array(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 5, maxLength: 120 })
  const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b))

  test('one pass from the end finds what the definition finds', () => {
    fc.assert(
      fc.property(series, (values) => {
        const all = scores(values)
        const { truncateBatches, score } = mser5(values)
        expect(close(score, Math.min(...all))).toBe(true)
        expect(close(all[truncateBatches]!, score)).toBe(true)
      }),
    )
  })

  test('a constant is cut nowhere, of any length and value', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.nat(300), (value, length) => {
        expect(mser5(new Array(length).fill(value))).toMatchObject({ truncateSamples: 0, score: 0 })
      }),
    )
  })

  test('shifted or scaled it is cut at the same place', () => {
    fc.assert(
      fc.property(
        series,
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        (values, shift, scale) => {
          const all = scores(values).sort((a, b) => a - b)
          // Where two cuts are equally good, rounding may choose either.
          fc.pre(all.length < 2 || all[1]! - all[0]! > 1e-6 * (1 + all[0]!))
          const moved = values.map((each) => scale * each + shift)
          expect(mser5(moved).truncateBatches).toBe(mser5(values).truncateBatches)
        },
      ),
    )
  })

  test('no more than half is cut', () => {
    fc.assert(
      fc.property(series, (values) => {
        expect(mser5(values).truncateSamples).toBeLessThanOrEqual(values.length / 2)
      }),
    )
  })
})

test('without values, and with fewer than a batch, nothing is cut and nothing found', () => {
  expect(mser5([])).toMatchObject({ batchCount: 0, truncateSamples: 0, steadyStateFound: false })
  expect(mser5([1, 2, 3])).toMatchObject({ truncateSamples: 0, steadyStateFound: false })
})
