import fc from 'fast-check'
import { expect, test } from 'vitest'
import { binomialCdf, fisherTail, incompleteBeta, logGamma, studentQuantile } from './beta.ts'

const degrees = fc.integer({ min: 1, max: 60 })

test('the logarithm of the gamma function is that of factorials', () => {
  let logFactorial = 0
  for (let n = 1; n <= 170; n++) {
    expect(logGamma(n)).toBeCloseTo(logFactorial, 9)
    logFactorial += Math.log(n)
  }
})

test('the binomial distribution adds up what each number of successes has', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 30 }),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      (n, p) => {
        let sum = 0
        let each = (1 - p) ** n
        for (let k = 0; k < n; k++) {
          sum += each
          each *= ((n - k) / (k + 1)) * (p / (1 - p))
          expect(binomialCdf(k, n, p)).toBeCloseTo(sum, 9)
        }
        expect([binomialCdf(-1, n, p), binomialCdf(n, n, p)]).toEqual([0, 1])
      },
    ),
  )
})

test('the other tail of the beta distribution is that with its parameters swapped', () => {
  const parameter = fc.double({ min: 0.1, max: 50, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1024 }), parameter, parameter, (part, a, b) => {
      const x = part / 1024
      expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 9)
    }),
  )
})

test('the square of a t value has the F distribution with one degree above', () => {
  fc.assert(
    fc.property(degrees, (below) => {
      const t = studentQuantile(0.975, below)
      expect(fisherTail(t * t, 1, below)).toBeCloseTo(0.05, 9)
      expect(fisherTail(1, below, below)).toBeCloseTo(0.5, 9)
    }),
  )
})
