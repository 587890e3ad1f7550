/** Tests of counts: do two shares differ, and are so many hits spread evenly? For nodes behind a balancer and for error rates. */
import { chiSquareTail, normalTail } from './gamma.ts'

/** `a` of `countA` against `b` of `countB`, pooled; two-sided. */
export function twoProportions(
  a: number,
  countA: number,
  b: number,
  countB: number,
): { readonly z: number; readonly pValue: number } {
  const pooled = (a + b) / (countA + countB)
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / countA + 1 / countB))
  const off = a / countA - b / countB
  const z = off === 0 ? 0 : off / error
  return { z, pValue: Math.min(1, 2 * normalTail(Math.abs(z))) }
}

/** Against equal shares of all `counts`. */
export function chiSquareUniform(counts: readonly number[]): {
  readonly chiSquare: number
  readonly degreesOfFreedom: number
  readonly pValue: number
} {
  const expected = counts.reduce((sum, each) => sum + each, 0) / counts.length
  const chiSquare = counts.reduce((sum, each) => sum + (each - expected) ** 2 / expected, 0)
  const degreesOfFreedom = counts.length - 1
  return { chiSquare, degreesOfFreedom, pValue: chiSquareTail(chiSquare, degreesOfFreedom) }
}
