/**
 * What a Universal Scalability Law says once its three parameters are known: throughput and latency at a concurrency, and back. Null
 * where there is no answer: a throughput above the peak, a latency below that of one request alone, a peak where κ is 0.
 */
export interface UslModel {
  readonly sigma: number
  readonly kappa: number
  /** Throughput of one request at a time. */
  readonly lambdaPerSec: number
}

export function uslThroughput({ sigma, kappa, lambdaPerSec }: UslModel, n: number): number {
  return (lambdaPerSec * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1))
}

/** Concurrency with the most throughput. */
export function uslPeak({ sigma, kappa }: Pick<UslModel, 'sigma' | 'kappa'>): number | null {
  return kappa === 0 || sigma >= 1 ? null : Math.sqrt((1 - sigma) / kappa)
}

/** Both concurrencies that have this throughput: on the way up, and beyond the peak. */
export function uslConcurrencyAt(
  { sigma, kappa, lambdaPerSec }: UslModel,
  throughputPerSec: number,
): { readonly low: number | null; readonly high: number | null } {
  const x = throughputPerSec
  const none = { low: null, high: null }
  const [a, b, c] = [kappa * x, sigma * x - kappa * x - lambdaPerSec, x * (1 - sigma)]
  if (a === 0) return b < 0 ? { low: -c / b, high: null } : none
  const discriminant = b * b - 4 * a * c
  if (discriminant < 0) return none
  // The numerically safe form: no difference of nearly equal numbers.
  const q = (-b + Math.sqrt(discriminant)) / 2
  return q <= 0 ? none : { low: c / q, high: q / a }
}

/** Null when one request alone takes longer. */
export function uslConcurrencyAtLatency(
  { sigma, kappa, lambdaPerSec }: UslModel,
  latencySec: number,
): number | null {
  const work = lambdaPerSec * latencySec
  if (work < 1) return null
  if (kappa === 0) return sigma === 0 ? null : 1 + (work - 1) / sigma
  const root = Math.sqrt(sigma ** 2 + kappa ** 2 + 2 * kappa * (2 * work + sigma - 2))
  return (kappa - sigma + root) / (2 * kappa)
}
