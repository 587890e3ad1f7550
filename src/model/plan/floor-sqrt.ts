/** ⌊√n⌋ for whole n ≥ 0 of any size; exact. A double's guess is right to 53 bits, and each step of Newton doubles that. */
export function floorSqrt(n: bigint): bigint {
  if (n < 2n) return n
  let root = BigInt(Math.floor(Math.sqrt(Number(n))))
  for (;;) {
    const next = (root + n / root) >> 1n
    const change = next - root
    root = next
    if (change >= -1n && change <= 1n) break
  }
  while (root * root > n) root--
  while ((root + 1n) * (root + 1n) <= n) root++
  return root
}
