/**
 * The regularised incomplete beta function, which the binomial, Student's t and F distributions are made of, by Lentz's continued
 * fraction. Accurate to about 1e-12 relative; cost grows with the square root of the parameters, so a million samples take
 * microseconds. Nothing here knows what it is used for.
 */
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]
const TINY = 1e-300
const STEPS_MAX = 100_000

/** Natural logarithm of the gamma function, for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  if (x > 1e6) return stirling(x)
  const shifted = x - 1
  const top = shifted + LANCZOS.length - 0.5
  const sum = LANCZOS.reduce(
    (total, each, index) => total + each / (shifted + index + 1),
    0.99999999999980993,
  )
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(top) - top + Math.log(sum)
}

/** I_x(a, b) for 0 ≤ x ≤ 1 and a, b > 0. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  // The fraction converges quickly on one side of the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const logFront =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)
  return (Math.exp(logFront) * fraction(x, a, b)) / a
}

/** P(at most k successes of n), each with probability p. */
export function binomialCdf(k: number, n: number, p: number): number {
  if (k < 0) return 0
  return k >= n ? 1 : incompleteBeta(1 - p, n - k, k + 1)
}

/** t with P(T ≤ t) = p, for 0.5 ≤ p < 1. */
export function studentQuantile(p: number, degrees: number): number {
  const tail = 2 * (1 - p)
  let [low, high] = [0, 1]
  const beyond = (t: number): number =>
    incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  while (beyond(high) > tail) high *= 2
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (beyond(middle) > tail) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(F > f) with so many degrees of freedom above and below. */
export function fisherTail(f: number, above: number, below: number): number {
  return incompleteBeta(below / (below + above * f), below / 2, above / 2)
}

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1))
  let value = d
  for (let m = 1; m <= STEPS_MAX; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d)
    c = nonZero(1 + even / c)
    value *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d)
    c = nonZero(1 + odd / c)
    value *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return value
}

/** Beyond a million the approximation above loses more digits than this one. */
function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * x)
}

const nonZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value)
