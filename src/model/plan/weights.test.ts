import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JOINED_WORKERS_MAX, SHARE_CYCLE_MAX } from '../../kernel/limits.ts'
import { Deal, Ownership } from './share.ts'
import { weightsOf } from './weights.ts'

const powers = fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), {
  minLength: 1,
  maxLength: 12,
})

test('machines that are alike get the same, as nearly as it can be measured', () => {
  expect(weightsOf([100, 100, 100])).toEqual([1, 1, 1])
  expect(weightsOf([100, 85, 93])).toEqual([1, 1, 1])
})

test('a machine of half the power gets half', () => {
  expect(weightsOf([100, 50])).toEqual([2, 1])
  expect(weightsOf([25, 100, 50])).toEqual([1, 4, 2])
})

test('one of no power to speak of gets a sixteenth of the strongest', () => {
  expect(weightsOf([1_000, 0.001])).toEqual([16, 1])
})

test('when nothing is known of one, all are alike', () => {
  expect(weightsOf([100, undefined])).toEqual([1, 1])
  expect(weightsOf([100, 0, Number.NaN, Number.POSITIVE_INFINITY])).toEqual([1, 1, 1, 1])
})

test('weights make a share: whole, above 0, in the order of the powers, and no matter in what unit those are', () => {
  fc.assert(
    fc.property(powers, fc.constantFrom(2, 0.5, 1024), (measured, unit) => {
      const weights = weightsOf(measured)
      expect(weights.every((each) => Number.isInteger(each) && each >= 1 && each <= 16)).toBe(true)
      measured.forEach((one, i) => {
        measured.forEach((other, j) => {
          if (one > other && weights[i]! < weights[j]!) expect([i, j]).toBe('in order')
        })
      })
      expect(weightsOf(measured.map((each) => each * unit))).toEqual(weights)
    }),
  )
})

test('whatever the weights, each arrival has one owner and the parts add up', () => {
  fc.assert(
    fc.property(powers, fc.integer({ min: 0, max: 5_000 }), (measured, end) => {
      const weights = weightsOf(measured)
      const parts = weights.map((_, index) => new Ownership({ index, weights, lost: [] }))
      expect(parts.reduce((sum, part) => sum + part.countBelow(end), 0)).toBe(end)
      const total = weights.reduce((sum, each) => sum + each, 0)
      parts.forEach((part, index) => {
        const exact = (end * weights[index]!) / total
        expect(Math.abs(part.countBelow(end) - exact)).toBeLessThanOrEqual(weights.length)
      })
    }),
  )
})

test('the most workers a run may have fit into one cycle', () => {
  const weights = weightsOf(
    Array.from({ length: JOINED_WORKERS_MAX }, (_, at) => (at % 2 === 0 ? 100 : 75)),
  )
  expect(weights.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(SHARE_CYCLE_MAX)
  expect(new Deal(weights).owners[0]).toBe(0)
})
