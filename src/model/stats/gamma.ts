/**
 * The upper tail of the gamma distribution, of which the normal and the χ² distribution are cases: by its series left of the
 * mean and by Lentz's continued fraction right of it. Accurate to about 1e-12 relative also far out, where p values are small.
 */
import { logGamma } from './beta.ts'

const STEPS_MAX = 10_000
const PRECISION = 1e-16
const TINY = 1e-300

/** Q(a, x): the share of a gamma distribution of shape `a` > 0 beyond `x` ≥ 0. */
export function upperGamma(a: number, x: number): number {
  if (x <= 0) return 1
  return x < a + 1 ? 1 - lowerBySeries(a, x) : upperByFraction(a, x)
}

/** P(Z > z) of the standard normal distribution. */
export function normalTail(z: number): number {
  const beyond = upperGamma(0.5, (z * z) / 2) / 2
  return z >= 0 ? beyond : 1 - beyond
}

/** P(X > x) of the χ² distribution. */
export function chiSquareTail(x: number, degrees: number): number {
  return upperGamma(degrees / 2, x / 2)
}

function front(a: number, x: number): number {
  return Math.exp(a * Math.log(x) - x - logGamma(a))
}

function lowerBySeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let step = 1; step < STEPS_MAX && term > sum * PRECISION; step++) {
    term *= x / (a + step)
    sum += term
  }
  return sum * front(a, x)
}

function upperByFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let value = d
  for (let step = 1; step < STEPS_MAX; step++) {
    const numerator = -step * (step - a)
    b += 2
    d = 1 / (numerator * d + b)
    c = b + numerator / c
    value *= d * c
    if (Math.abs(d * c - 1) < PRECISION * 10) break
  }
  return value * front(a, x)
}
