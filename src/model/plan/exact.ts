/** Products and quotients of whole numbers without rounding on the way: doubles while they are exact, BigInt beyond. */

/** ⌊a · b / c⌋ for whole a, b ≥ 0, c > 0 whose result is below 2^53. */
export function floorMulDiv(a: number, b: number, c: number): number {
  const product = a * b
  if (product <= Number.MAX_SAFE_INTEGER) return (product - (product % c)) / c
  return Number((BigInt(a) * BigInt(b)) / BigInt(c))
}

/** ⌈a · b / c⌉ under the same conditions. */
export function ceilMulDiv(a: number, b: number, c: number): number {
  const floor = floorMulDiv(a, b, c)
  const product = a * b
  const exact =
    product <= Number.MAX_SAFE_INTEGER
      ? product % c === 0
      : (BigInt(a) * BigInt(b)) % BigInt(c) === 0n
  return exact ? floor : floor + 1
}

/** Greatest common divisor of whole numbers, of which one is above 0. */
export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
