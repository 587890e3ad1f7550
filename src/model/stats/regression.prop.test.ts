import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Prng } from '../../kernel/prng.ts'
import { benjaminiHochberg } from './benjamini-hochberg.ts'
import { drawBlocks, expandedConfidence, intervalOf, placeOf } from './bootstrap.ts'
import { changePoints } from './change-points.ts'
import { normalTail } from './gamma.ts'
import { mannWhitney } from './mann-whitney.ts'
import { pairEffects } from './pair-effects.ts'

const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 40 })
const probability = fc.double({ min: 0, max: 1, noNaN: true })

describe('Mann and Whitney', () => {
  test('ask the same of b and a as of a and b, the other way round', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const [there, back] = [mannWhitney(a, b), mannWhitney(b, a)]
        expect(there.u + back.u).toBe(a.length * b.length)
        expect(there.pValues.twoSided).toBeCloseTo(back.pValues.twoSided, 9)
        expect(there.pValues.greater).toBeCloseTo(back.pValues.less, 9)
        expect(pairEffects(a, b).a12).toBeCloseTo(there.u / (a.length * b.length), 9)
      }),
    )
  })
  test('see nothing but order', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const grow = (all: number[]): number[] => all.map((each) => Math.exp(each / 10))
        expect(mannWhitney(grow(a), grow(b))).toEqual(mannWhitney(a, b))
      }),
    )
  })
  test('are exact and asymptotic alike where both will do', () => {
    const a = Array.from({ length: 30 }, (_, index) => index * 2)
    const b = Array.from({ length: 30 }, (_, index) => index * 2 + 7)
    const exact = mannWhitney(a, b)
    const beyond = mannWhitney([...a, 60], [...b, 67])
    expect([exact.method, beyond.method]).toEqual(['exact', 'asymptotic'])
    expect(exact.pValues.twoSided / beyond.pValues.twoSided).toBeCloseTo(1, 0)
  })
  test('know nothing of nothing', () => {
    expect(mannWhitney([], [1]).pValues.twoSided).toBe(1)
  })
})

describe('adjusted p values', () => {
  test('are in the order of the p values, not below them and not above 1', () => {
    fc.assert(
      fc.property(fc.array(probability, { maxLength: 50 }), (pValues) => {
        const adjusted = benjaminiHochberg(pValues)
        expect(adjusted).toHaveLength(pValues.length)
        pValues.forEach((each, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(each)
          expect(adjusted[i]).toBeLessThanOrEqual(1)
          const larger = pValues.findIndex((other) => other > each)
          if (larger !== -1) expect(adjusted[larger]).toBeGreaterThanOrEqual(adjusted[i]!)
        })
      }),
    )
  })
})

describe('drawn blocks', () => {
  test('are as many as there are in each draw, and the same for the same seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (blocks, seed) => {
        const draws = drawBlocks(blocks, 20, Prng.of(seed, 'a'))
        for (let draw = 0; draw < 20; draw++) {
          const times = draws.times.subarray(draw * blocks, (draw + 1) * blocks)
          expect(times.reduce((sum, each) => sum + each, 0)).toBe(blocks)
        }
        expect(drawBlocks(blocks, 20, Prng.of(seed, 'a'))).toEqual(draws)
      }),
    )
  })
  test('make an interval that narrows with less confidence, and none of what cannot be computed', () => {
    fc.assert(
      fc.property(values, (all) => {
        const [wide, narrow] = [0.95, 0.5].map((each) => intervalOf(Float64Array.from(all), each)!)
        expect(narrow!.low).toBeGreaterThanOrEqual(wide!.low)
        expect(narrow!.high).toBeLessThanOrEqual(wide!.high)
        expect(intervalOf(Float64Array.from([...all, Number.NaN]), 0.95)).toBeNull()
      }),
    )
  })
  test('of few blocks need more confidence, of many no more', () => {
    expect(expandedConfidence(0.95, 6)).toBeGreaterThan(0.99)
    expect(expandedConfidence(0.95, 20)).toBeCloseTo(0.968, 3)
    expect(expandedConfidence(0.95, 100_000)).toBeCloseTo(0.95, 4)
  })
})

test('an interval is in one place, seen from either side', () => {
  const opposite = { above: 'below', below: 'above', within: 'within', undecided: 'undecided' }
  fc.assert(
    fc.property(fc.double({ min: -1, max: 1, noNaN: true }), probability, (low, width) => {
      const place = placeOf({ low, high: low + width }, 0.05)
      expect(placeOf({ low: -low - width, high: -low }, 0.05)).toBe(opposite[place])
    }),
  )
})

describe('change points', () => {
  test('are where the level changed, and nowhere in a constant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 8, max: 40 }),
        fc.integer({ min: 1, max: 100 }),
        (before, after, step) => {
          const level = (count: number, value: number): number[] =>
            Array.from({ length: count }, (_, index) => value + (index % 2) / 100)
          const series = [...level(before, 10), ...level(after, 10 + step)]
          expect(changePoints(series).map(({ index }) => index)).toEqual([before])
          expect(changePoints(new Array(before).fill(step))).toEqual([])
        },
      ),
    )
  })
  test('of an empty series there are none', () => {
    expect(changePoints([])).toEqual([])
  })
})

test('tails of the normal distribution add up to 1, also far out', () => {
  fc.assert(
    fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (z) => {
      expect(normalTail(z) + normalTail(-z)).toBeCloseTo(1, 12)
    }),
  )
  expect(normalTail(1.959963984540054)).toBeCloseTo(0.025, 12)
  expect(normalTail(9.12870929175) * 2).toBeCloseTo(6.93207966813e-20, 26)
})
