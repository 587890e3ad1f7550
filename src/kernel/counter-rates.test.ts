import fc from 'fast-check'
import { expect, it } from 'vitest'
import { CounterRates } from './counter-rates.ts'

it('the first reading has no speed, the second one has, over the time between them', () => {
  const rates = new CounterRates()
  rates.begin(1_000)
  expect(rates.perSec('a', 10)).toBeUndefined()
  rates.begin(3_000)
  expect(rates.perSec('a', 30)).toBe(10)
  expect(rates.growth('b', 5)).toBeUndefined()
})

it('what a reading left out has no speed in the next one', () => {
  const rates = new CounterRates()
  rates.begin(0)
  rates.perSec('a', 1)
  rates.begin(1_000)
  rates.begin(2_000)
  expect(rates.perSec('a', 9)).toBeUndefined()
})

it('a counter that starts again counts from nought, and no speed is ever negative', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(), { minLength: 2 }), (totals) => {
      const rates = new CounterRates()
      totals.forEach((total, index) => {
        rates.begin(index * 1_000)
        const growth = rates.growth('a', total)
        const before = totals[index - 1]
        if (before === undefined) expect(growth).toBeUndefined()
        else expect(growth).toBe(total >= before ? total - before : total)
      })
    }),
  )
})

it('two readings at one instant have no speed', () => {
  const rates = new CounterRates()
  rates.begin(5)
  rates.perSec('a', 1)
  rates.begin(5)
  expect(rates.perSec('a', 2)).toBeNaN()
})
